import { createRoot } from 'react-dom/client'
import { ReferencePage } from './reference-page.js'

const root = document.getElementById('root')
if (root !== null) createRoot(root).render(<ReferencePage />)
