import { LoadingRows } from '../ui/loading-rows.js'
import { Frame } from './frame.js'

/** Said at the head of the keys, and while they load. */
export const keysLead =
  'API keys authenticate your AI coding agents with Detrics. Each reaches the data of this workspace and no other.'

export const LoadingPage = () => (
  <Frame isLoading>
    <div className="page-header">
      <div>
        <h1>API Keys</h1>
        <p className="lead">{keysLead}</p>
      </div>
    </div>
    <div className="card">
      <div className="skeleton-filters" aria-hidden="true" />
      <LoadingRows label="Loading …" />
    </div>
  </Frame>
)
