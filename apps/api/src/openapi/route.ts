import type { FastifyInstance } from 'fastify'
import { openApiDocument } from './document.js'

export const openApiPath = '/v1/openapi.json'

/** Serves the description of the API to everybody: it holds nothing of any workspace. */
export const addOpenApi = (app: FastifyInstance, publicUrl: string): void => {
  const document = JSON.stringify(openApiDocument(publicUrl))
  app.get(openApiPath, (_request, reply) => reply.type('application/json').send(document))
}
