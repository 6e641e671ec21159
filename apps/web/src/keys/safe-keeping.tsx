/** What the manual says about keeping keys safe, for whoever wants it. */
export const SafeKeeping = () => (
  <details className="safe-keeping">
    <summary>Keeping your API keys safe</summary>
    <p>Treat your API key like a password. Anyone who has it can reach the data of this workspace.</p>
    <ul>
      <li>Never share keys publicly: not on GitHub, in forums, or in screenshots.</li>
      <li>Never commit keys to version control. Use environment variables in scripts and settings.</li>
      <li>Revoke a key immediately if you suspect that somebody else has seen it.</li>
      <li>A key reaches the workspace where it was made. In several workspaces you need a key for each.</li>
    </ul>
  </details>
)
