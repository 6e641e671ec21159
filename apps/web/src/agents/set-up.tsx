import { useState } from 'react'
import { CopyButton } from '../secret/copy-button.js'
import { Tabs } from '../ui/tabs.js'
import { agents, type AgentId, type SetUp, type SetUpForm, type SetUpStep } from './agents.js'

const forms: ReadonlyArray<readonly [SetUpForm, string]> = [
  ['add', 'Add'],
  ['re-add', 'Remove and re-add'],
]

/** Told of each copy, with what was copied. */
type OnCopy = (isCopied: boolean, about: string) => void

/** What to do in each agent so that it uses a key; ready to be copied, and without the key. */
export const SetUpCommands = ({
  setUp,
  first,
  onCopy,
}: {
  readonly setUp: SetUp
  /** The form that is shown first. */
  readonly first: SetUpForm
  readonly onCopy: OnCopy
}) => {
  const [agentId, setAgentId] = useState<AgentId>('claude-code')
  const [form, setForm] = useState(first)
  const agent = agents.find(({ id }) => id === agentId)
  return (
    <Tabs
      label="Agents"
      options={agents.map(({ id, name }) => ({ value: id, label: name }))}
      value={agentId}
      onChange={setAgentId}
    >
      <div className="segments" role="group" aria-label="How to set it up">
        {forms.map(([value, label]) => (
          <button
            key={value}
            type="button"
            className="segment"
            aria-pressed={value === form}
            onClick={() => setForm(value)}
          >
            {label}
          </button>
        ))}
      </div>
      <ol className="steps">
        {agent?.steps(setUp, form).map((step) => (
          <SetUpItem key={step.words} step={step} onCopy={onCopy} />
        ))}
      </ol>
    </Tabs>
  )
}

const SetUpItem = ({
  step: { words, code, about = 'command' },
  onCopy,
}: {
  readonly step: SetUpStep
  readonly onCopy: OnCopy
}) => (
  <li>
    <p>{words}</p>
    {code !== undefined && (
      <div className="code">
        <pre tabIndex={0} role="region" aria-label={about}>
          <code translate="no">{code}</code>
        </pre>
        <CopyButton label="Copy" about={about} text={() => code} onDone={(done) => onCopy(done, about)} />
      </div>
    )}
  </li>
)
