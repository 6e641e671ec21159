import { useEffect, useState } from 'react'
import { LoadingRows } from '../ui/loading-rows.js'
import { Icon } from '../ui/icon.js'
import { Failed } from '../ui/trouble.js'
import { loadDocument } from './load-document.js'
import { chaptersOf, type Chapter, type OpenApi } from './openapi.js'
import { OperationSection } from './operation-section.js'
import { Prose } from './prose.js'

type State = { readonly document?: OpenApi; readonly hasFailed?: true }

/** The readable form of the description that the API gives of itself. */
export const ReferencePage = () => {
  const [state, setState] = useState<State>({})
  const [attempt, setAttempt] = useState(1)
  useEffect(() => {
    const controller = new AbortController()
    void loadDocument(controller.signal).then((document) => {
      if (!controller.signal.aborted) setState(document === undefined ? { hasFailed: true } : { document })
    })
    return () => controller.abort()
  }, [attempt])
  const { document, hasFailed } = state
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to the content
      </a>
      <header className="top">
        <div className="top-inner">
          <span className="product">
            <span className="product-mark">
              <Icon name="key" />
            </span>
            Detrics Keys
          </span>
          <a className="person" href="/mcp/api-keys">
            API Keys page
          </a>
        </div>
      </header>
      {document === undefined ? (
        <main id="content" className="content" tabIndex={-1}>
          <h1>API reference</h1>
          <div className="card">
            {hasFailed === true ? (
              <Failed trouble={trouble} onRetry={() => setAttempt(attempt + 1)} />
            ) : (
              <LoadingRows label="Loading the description …" />
            )}
          </div>
        </main>
      ) : (
        <Reference document={document} />
      )}
    </>
  )
}

const trouble = {
  title: 'The description could not be loaded',
  detail: 'The server did not answer as it should. Try again in a moment.',
}

const Reference = ({ document }: { readonly document: OpenApi }) => {
  const chapters = chaptersOf(document)
  useEffect(() => {
    // The place that the address names was not there yet when the browser looked for it.
    const { hash } = window.location
    if (hash.length > 1) window.document.getElementById(hash.slice(1))?.scrollIntoView()
  }, [])
  return (
    <div className="reference">
      <Contents chapters={chapters} />
      <main id="content" tabIndex={-1}>
        <h1>API reference</h1>
        <p className="lead">
          Version {document.info.version}. For programs there is{' '}
          <a href="/v1/openapi.json">the same as OpenAPI</a>.
        </p>
        <section className="introduction" aria-labelledby="introduction">
          <h2 id="introduction">Introduction</h2>
          <Prose text={document.info.description ?? ''} />
        </section>
        {chapters.map(({ name, description, operations }) => (
          <section key={name} className="chapter" aria-labelledby={chapterId(name)}>
            <h2 id={chapterId(name)}>{name}</h2>
            {description !== undefined && <p className="lead">{description}</p>}
            {operations.map((operation) => (
              <OperationSection key={operation.operationId} operation={operation} document={document} />
            ))}
          </section>
        ))}
      </main>
    </div>
  )
}

const chapterId = (name: string): string => `tag-${name.toLowerCase()}`

const Contents = ({ chapters }: { readonly chapters: ReadonlyArray<Chapter> }) => (
  <nav className="contents" aria-label="Contents">
    <ul>
      <li>
        <a href="#introduction">Introduction</a>
      </li>
      {chapters.map(({ name, operations }) => (
        <li key={name}>
          <a href={`#${chapterId(name)}`}>{name}</a>
          <ul>
            {operations.map(({ operationId, summary }) => (
              <li key={operationId}>
                <a href={`#${operationId}`}>{summary}</a>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  </nav>
)
