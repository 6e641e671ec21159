import { createKeysClient } from '@detrics/keys-client'
import { createRoot } from 'react-dom/client'
import { ApiProvider } from './app/api.js'
import { NoticesProvider } from './app/notices.js'
import { Page } from './app/page.js'
import { DialogsProvider } from './dialogs/dialogs.js'
import { openAddress } from './url/use-place.js'

openAddress()
const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <ApiProvider client={createKeysClient({ baseUrl: window.location.origin })}>
      <NoticesProvider>
        <DialogsProvider>
          <Page />
        </DialogsProvider>
      </NoticesProvider>
    </ApiProvider>,
  )
