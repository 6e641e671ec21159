import {
  jsonSchemaOf,
  operationIds,
  operations,
  type Collector,
  type JsonSchema,
  type Operation,
} from '@detrics/keys-client/contract'
import { introduction, tags } from './introduction.js'
import type { Json } from './json.js'
import { operationObject } from './operation-object.js'
import { otherPaths } from './other-paths.js'
import { fieldProblemSchema, problemExamples, problemSchema } from './problem-responses.js'
import { securitySchemes } from './security.js'

/** The description of the API, OpenAPI 3.1, made from the contract that the server itself reads requests by. */
export const openApiDocument = (publicUrl: string): Json => {
  const schemas = new Map<string, JsonSchema>()
  const collect: Collector = (component, schema) => {
    if (!schemas.has(component)) {
      // Before it is made, so that a schema that contains itself ends.
      schemas.set(component, {})
      schemas.set(component, schema())
    }
    return { $ref: `#/components/schemas/${component}` }
  }
  const paths = { ...pathsOf(collect), ...otherPaths() }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Detrics Keys',
      version: '1',
      description: introduction,
      license: { name: 'UNLICENSED', identifier: 'LicenseRef-UNLICENSED' },
    },
    servers: [{ url: publicUrl }],
    tags,
    paths,
    components: {
      schemas: { ...Object.fromEntries(schemas), FieldProblem: fieldProblemSchema, Problem: problemSchema },
      examples: problemExamples(),
      securitySchemes,
    },
  }
}

const pathsOf = (collect: Collector): Json => {
  const paths: Record<string, Record<string, Json>> = {}
  for (const operationId of operationIds) {
    const operation: Operation = operations[operationId]
    const schemaOf = (codec: Parameters<typeof jsonSchemaOf>[0]): JsonSchema => jsonSchemaOf(codec, collect)
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: operationObject(operationId, operation, schemaOf),
    }
  }
  return paths
}
