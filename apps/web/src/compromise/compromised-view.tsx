import type { Key } from '@detrics/keys-client'
import { useEffect, useRef } from 'react'
import { useMember } from '../app/member.js'
import { focusFirst } from '../ui/focus.js'
import { LoadingRows } from '../ui/loading-rows.js'
import { PlaceLink } from '../ui/place-link.js'
import { Said } from '../ui/said.js'
import { Failed, Hint } from '../ui/trouble.js'
import type { CompromisedView as CompromisedPlace, Step } from '../url/place.js'
import { navigate } from '../url/use-place.js'
import { troubleOf } from '../words/problem-words.js'
import { NewKeyStep } from './new-key-step.js'
import { ReviewStep } from './review-step.js'
import { RevokeStep } from './revoke-step.js'
import { StepSection } from './step-section.js'
import { isDone, openStep } from './steps.js'
import { UpdateStep } from './update-step.js'
import { useKey } from './use-key.js'

/** The way out of a compromise, step by step, in the order of the manual. */
export const CompromisedView = ({ view }: { readonly view: CompromisedPlace }) => {
  const { workspaceId } = useMember().workspace
  const { value: key, error, reload } = useKey(view.keyId)
  return (
    <>
      <div className="page-header">
        <div>
          <PlaceLink className="back" to={{ workspaceId, view: { name: 'keys' } }}>
            Back to all keys
          </PlaceLink>
          <h1 id="page-title" tabIndex={-1}>
            {key === undefined ? (
              'Report a key as compromised'
            ) : (
              <>
                Report “<Said>{key.name}</Said>” as compromised
              </>
            )}
          </h1>
          <p className="lead">
            Four steps. You can leave at any time: this address brings you back to where you were.
          </p>
        </div>
      </div>
      {key !== undefined && <Steps view={view} keyShown={key} />}
      {key === undefined && (
        <div className="card">
          {error === undefined ? (
            <LoadingRows label="Loading the key …" />
          ) : (
            <Failed trouble={troubleOf(error)} onRetry={reload} />
          )}
        </div>
      )}
    </>
  )
}

const titles: ReadonlyArray<readonly [Step, string]> = [
  [1, 'Revoke the key'],
  [2, 'Make a new key with another name'],
  [3, 'Update your agent'],
  [4, 'Review the activity'],
]

const Steps = ({ view, keyShown }: { readonly view: CompromisedPlace; readonly keyShown: Key }) => {
  const { workspace, isManager } = useMember()
  const { workspaceId } = workspace
  const open = openStep(view, keyShown)
  useFocusOnStep(open)
  const go = (change: Partial<CompromisedPlace>): void =>
    navigate({ workspaceId, view: { ...view, ...change } })
  return (
    <>
      {!isManager && (
        <Hint tone="info">
          <p>You are a viewer here: ask a manager to revoke the key. You can review what was done with it.</p>
        </Hint>
      )}
      <ol className="stepper">
        {titles.map(([step, title]) => (
          <StepSection
            key={step}
            step={step}
            title={title}
            isOpen={step === open}
            isDone={isDone(step, view, keyShown)}
            isBehind={step < open}
            onOpen={() => go({ step })}
          >
            <StepBody step={step} view={view} keyShown={keyShown} go={go} />
          </StepSection>
        ))}
      </ol>
    </>
  )
}

/** What was clicked has gone with its step; the reader goes on at the heading of the next one. */
const useFocusOnStep = (step: Step): void => {
  const before = useRef(step)
  useEffect(() => {
    if (before.current === step) return
    before.current = step
    focusFirst([`step-${step}`])
  }, [step])
}

const StepBody = ({
  step,
  view,
  keyShown,
  go,
}: {
  readonly step: Step
  readonly view: CompromisedPlace
  readonly keyShown: Key
  readonly go: (change: Partial<CompromisedPlace>) => void
}) => {
  switch (step) {
    case 1:
      return <RevokeStep keyShown={keyShown} onNext={() => go({ step: 2 })} />
    case 2:
      return (
        <NewKeyStep
          keyShown={keyShown}
          successor={view.successor}
          onMade={(successor) => go({ successor, step: 2 })}
          onNext={() => go({ step: 3 })}
        />
      )
    case 3:
      return (
        <UpdateStep
          keyId={view.successor ?? keyShown.keyId}
          onDone={() => go({ isUpdated: true, step: 4 })}
          onSkip={() => go({ step: 4 })}
        />
      )
    case 4:
      return <ReviewStep keyShown={keyShown} />
  }
}
