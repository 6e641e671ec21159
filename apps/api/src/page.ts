import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the files of the page lie. */
export interface Page {
  readonly folder: string
}

/** The page as the build leaves it beside this app; undefined where nobody has built it. */
export const builtPage = (): Page | undefined => {
  const folder = fileURLToPath(new URL('../../web/dist', import.meta.url))
  return existsSync(join(folder, 'index.html')) ? { folder } : undefined
}

/** The page for people, and the readable form of the API's description. */
export const pagePaths = { '/mcp/api-keys': 'index.html', '/docs': 'reference.html' } as const
export const assetsPrefix = '/mcp/assets/'

/**
 * Nothing but the page's own files, no inline script or style, no frame, no form that leaves; and no text becomes markup
 * or a script, since no policy for making trusted types exists.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy':
    'camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)',
}

/** File names hold a hash of what is in them, and nothing secret is in them. They are kept in more than one encoding. */
const assetHeaders = { 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' }

export const addPage = (app: FastifyInstance, { folder }: Page): void => {
  void app.register(fastifyStatic, {
    root: folder,
    prefix: '/mcp/',
    serve: false,
    preCompressed: true,
    cacheControl: false,
    etag: false,
    lastModified: false,
  })
  for (const [path, file] of Object.entries(pagePaths))
    app.get(path, (_request, reply) => reply.headers(pageHeaders).sendFile(file))
  app.get(`${assetsPrefix}:file`, ({ params }, reply) =>
    sendAsset(reply, (params as { readonly file: string }).file),
  )
}

const assetName = /^[A-Za-z0-9_-]{1,64}\.(?:js|css|svg|woff2)$/

const sendAsset = (reply: FastifyReply, file: string): FastifyReply => {
  if (!assetName.test(file)) {
    reply.callNotFound()
    return reply
  }
  return reply.headers(assetHeaders).sendFile(`assets/${file}`)
}
