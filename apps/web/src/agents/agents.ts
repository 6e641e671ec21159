import { shellWord } from './shell-word.js'

/** The variable in which an agent finds its key. Only its name stands in commands and files, never a key. */
export const keyVariable = 'DETRICS_API_KEY'
const server = 'detrics'

export type AgentId = 'claude-code' | 'codex' | 'cursor' | 'vs-code'
export type SetUpForm = 'add' | 're-add'

/** One thing to do: in words, and where there is something to type or to paste, that too. */
export interface SetUpStep {
  readonly words: string
  readonly code?: string
  /** What the code is, for a button that copies it. */
  readonly about?: string
}

export interface SetUp {
  readonly mcpUrl: string
  /** Tells one key from the next where an agent remembers a key by a name; the id of a key is no secret. */
  readonly keyId: string
}

interface Agent {
  readonly id: AgentId
  readonly name: string
  readonly steps: (setUp: SetUp, form: SetUpForm) => ReadonlyArray<SetUpStep>
}

const json = (value: unknown): string => JSON.stringify(value, null, 2)

/** The key goes from the clipboard into the variable, and not into the history of the shell. */
const variable: SetUpStep = {
  words:
    'In your terminal, run this, paste the key, and press Enter. The key is neither shown nor kept in the history.',
  code: `read -rs ${keyVariable} && export ${keyVariable}`,
  about: 'the command that sets the variable',
}

const startFromThere = (program: string): SetUpStep => ({
  words: `Start ${program} from this terminal, so that it finds the variable.`,
})

const claudeCode: Agent = {
  id: 'claude-code',
  name: 'Claude Code',
  steps: ({ mcpUrl }, form) => [
    variable,
    ...removal(form, 'Remove the server.', `claude mcp remove ${server} --scope project`),
    {
      words: 'Add the server. It goes into .mcp.json, which holds only the name of the variable.',
      code: [
        'claude mcp add --scope project --transport http',
        `${server} ${shellWord(mcpUrl)}`,
        `--header ${shellWord(`Authorization: Bearer \${${keyVariable}}`)}`,
      ].join(' \\\n  '),
      about: 'the command that adds the server',
    },
    startFromThere('claude'),
  ],
}

const codex: Agent = {
  id: 'codex',
  name: 'Codex',
  steps: ({ mcpUrl }, form) => [
    variable,
    ...removal(form, 'Remove the server.', `codex mcp remove ${server}`),
    {
      words: 'Add the server.',
      code: [
        `codex mcp add ${server}`,
        `--url ${shellWord(mcpUrl)}`,
        `--bearer-token-env-var ${keyVariable}`,
      ].join(' \\\n  '),
      about: 'the command that adds the server',
    },
    startFromThere('codex'),
  ],
}

const cursor: Agent = {
  id: 'cursor',
  name: 'Cursor',
  steps: ({ mcpUrl }, form) => [
    variable,
    ...(form === 're-add'
      ? [{ words: `Take the entry “${server}” out of .cursor/mcp.json, save the file, and quit Cursor.` }]
      : []),
    {
      words: 'Put this into .cursor/mcp.json of your project, beside other servers if there are any.',
      code: json({
        mcpServers: {
          [server]: { url: mcpUrl, headers: { Authorization: `Bearer \${env:${keyVariable}}` } },
        },
      }),
      about: 'the contents of .cursor/mcp.json',
    },
    startFromThere('Cursor'),
  ],
}

const vsCode: Agent = {
  id: 'vs-code',
  name: 'VS Code',
  steps: ({ mcpUrl, keyId }, form) => {
    const id = `${server}-api-key-${keyId.slice(-6)}`
    return [
      ...(form === 're-add'
        ? [{ words: `Take the server “${server}” and its input out of .vscode/mcp.json, and save the file.` }]
        : []),
      {
        words: 'Put this into .vscode/mcp.json of your project, beside other servers if there are any.',
        code: json({
          inputs: [{ type: 'promptString', id, description: 'Detrics API key', password: true }],
          servers: {
            [server]: { type: 'http', url: mcpUrl, headers: { Authorization: `Bearer \${input:${id}}` } },
          },
        }),
        about: 'the contents of .vscode/mcp.json',
      },
      {
        words:
          'Start the server from that file. VS Code asks for the key and stores it safely: paste it there.',
      },
    ]
  },
}

const removal = (form: SetUpForm, words: string, code: string): ReadonlyArray<SetUpStep> =>
  form === 're-add' ? [{ words, code, about: 'the command that removes the server' }] : []

/** How each agent gets the MCP server and its key. */
export const agents: ReadonlyArray<Agent> = [claudeCode, codex, cursor, vsCode]
