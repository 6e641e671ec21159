import { useState } from 'react'
import { useMember } from '../app/member.js'
import { NewKeyButton } from '../keys/new-key-button.js'
import { SetUpCommands } from './set-up.js'

/** The set-up guide: for whoever has a key already, or makes one now. */
export const SetUpView = () => {
  const { me } = useMember()
  const [said, setSaid] = useState('')
  return (
    <>
      <div className="page-header">
        <div>
          <h1 id="page-title" tabIndex={-1}>
            Set up your agent
          </h1>
          <p className="lead">
            Give the agent a key of its own and add the Detrics MCP server. The key is passed as an
            environment variable: no command and no file holds it.
          </p>
        </div>
        <NewKeyButton />
      </div>
      <section className="card card-padded" aria-label="Set-up commands">
        <SetUpCommands
          setUp={{ mcpUrl: me.mcpUrl, keyId: 'key' }}
          first="add"
          onCopy={(isCopied, about) =>
            setSaid(isCopied ? `Copied ${about}.` : 'Your browser did not let this page copy it.')
          }
        />
        <p className="said-line" role="status">
          {said}
        </p>
      </section>
    </>
  )
}
