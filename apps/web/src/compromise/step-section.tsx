import type { ReactNode } from 'react'
import { Button } from '../ui/button.js'
import { Icon } from '../ui/icon.js'
import type { Step } from '../url/place.js'

interface StepSectionProps {
  readonly step: Step
  readonly title: string
  readonly isOpen: boolean
  readonly isDone: boolean
  /** A step further on is open. */
  readonly isBehind: boolean
  readonly onOpen: () => void
  readonly children: ReactNode
}

/** One step: its state in words, and what is to be done in it when it is the present one. */
export const StepSection = ({
  step,
  title,
  isOpen,
  isDone,
  isBehind,
  onOpen,
  children,
}: StepSectionProps) => (
  <li
    className={`step ${isOpen ? 'is-open' : ''} ${isDone ? 'is-done' : ''}`}
    aria-current={isOpen ? 'step' : undefined}
  >
    <div className="step-header">
      <span className="step-number" aria-hidden="true">
        {isDone ? <Icon name="check" /> : step}
      </span>
      <h2 id={`step-${step}`} tabIndex={-1}>
        <span className="only-heard">Step {step}: </span>
        {title}
      </h2>
      <span className="step-state">{stateOf({ isOpen, isDone, isBehind })}</span>
      {!isOpen && (
        <Button kind="quiet" aria-label={`${openWords(isDone)}: ${title}`} onClick={onOpen}>
          {openWords(isDone)}
        </Button>
      )}
    </div>
    {isOpen && <div className="step-body">{children}</div>}
  </li>
)

const openWords = (isDone: boolean): string => (isDone ? 'Look again' : 'Go to this step')

const stateOf = ({
  isOpen,
  isDone,
  isBehind,
}: Pick<StepSectionProps, 'isOpen' | 'isDone' | 'isBehind'>): string => {
  if (isDone) return 'Done'
  if (isOpen) return 'Now'
  return isBehind ? 'Skipped' : 'To do'
}
