import type { ReactNode } from 'react'
import { curlOf } from './curl.js'
import { MemberList } from './member-list.js'
import { mediaOf, problemsOf, successOf, type OpenApi, type Operation, type Parameter } from './openapi.js'
import { Inline, Prose } from './prose.js'
import { membersOf, typeWords, type Member } from './schema-words.js'

const accessWords: Readonly<Record<string, string>> = {
  anyone: 'Anyone',
  member: 'Members',
  viewer: 'Viewers and managers of the workspace',
  manager: 'Managers of the workspace',
  service: 'Services',
}

/** Everything about one operation. */
export const OperationSection = ({
  operation,
  document,
}: {
  readonly operation: Operation
  readonly document: OpenApi
}) => {
  const { operationId, summary, method, path, description, parameters = [], requestBody } = operation
  const access = operation['x-access']
  return (
    <section className="operation card" aria-labelledby={operationId}>
      <header>
        <h3 id={operationId}>
          <a href={`#${operationId}`}>{summary}</a>
        </h3>
        <p className="operation-path">
          <span className={`method method-${method.toLowerCase()}`}>{method}</span> <code>{path}</code>
        </p>
      </header>
      {description !== undefined && <Prose text={description} />}
      {access !== undefined && (
        <p>
          <span className="quiet">Who may ask: </span>
          {accessWords[access] ?? access}
        </p>
      )}
      {parameters.length > 0 && (
        <Part title="Parameters">
          <MemberList members={parameters.map((parameter) => asMember(parameter, document))} saysRequired />
        </Part>
      )}
      {requestBody !== undefined && (
        <Part title={requestBody.required === true ? 'Body' : 'Body (may be left out)'}>
          <Body content={requestBody.content} document={document} saysRequired />
        </Part>
      )}
      <Success operation={operation} document={document} />
      <Problems operation={operation} document={document} />
      <Part title="Example">
        <Code label={`Example of ${summary}`}>{curlOf(operation, document)}</Code>
      </Part>
    </section>
  )
}

const Part = ({ title, children }: { readonly title: string; readonly children: ReactNode }) => (
  <div className="part">
    <h4>{title}</h4>
    {children}
  </div>
)

const asMember = (
  { name, in: place, required, description, schema }: Parameter,
  document: OpenApi,
): Member => ({
  name,
  words: `in ${place === 'header' ? 'a header' : `the ${place}`}, ${typeWords(schema ?? {}, document)}`,
  description,
  isRequired: required === true,
  members: [],
})

const Body = ({
  content,
  document,
  saysRequired,
}: {
  readonly content: Operation['responses'][string]['content']
  readonly document: OpenApi
  readonly saysRequired: boolean
}) => {
  const media = mediaOf(content)
  const members = membersOf(media?.schema ?? {}, document)
  return (
    <>
      {members.length > 0 && <MemberList members={members} saysRequired={saysRequired} />}
      {Object.entries(media?.examples ?? {}).map(([name, { summary, value }]) => (
        <details key={name}>
          <summary>Example: {summary ?? name}</summary>
          <Code label={`Example: ${summary ?? name}`}>{JSON.stringify(value, null, 2)}</Code>
        </details>
      ))}
    </>
  )
}

const Success = ({ operation, document }: { readonly operation: Operation; readonly document: OpenApi }) => {
  const reply = successOf(operation)
  if (reply === undefined) return null
  return (
    <Part title={`Reply ${reply.status}`}>
      {Object.entries(reply.headers ?? {}).map(([name, { description }]) => (
        <p key={name}>
          <code>{name}</code> <span className="quiet">header</span> <Inline text={description ?? ''} />
        </p>
      ))}
      <Body content={reply.content} document={document} saysRequired={false} />
    </Part>
  )
}

const Problems = ({ operation, document }: { readonly operation: Operation; readonly document: OpenApi }) => {
  const problems = problemsOf(operation, document)
  if (problems.length === 0) return null
  return (
    <details className="part">
      <summary>
        <h4>Problems</h4> <span className="quiet">{problems.length}</span>
      </summary>
      <ul className="members">
        {problems.map(({ status, code, title, detail }) => (
          <li key={code}>
            <p>
              {status} <code className="member-name">{code}</code> {title}
            </p>
            <p className="member-words">{detail}</p>
          </li>
        ))}
      </ul>
    </details>
  )
}

const Code = ({ label, children }: { readonly label: string; readonly children: string }) => (
  <div className="code">
    <pre tabIndex={0} role="region" aria-label={label}>
      <code translate="no">{children}</code>
    </pre>
  </div>
)
