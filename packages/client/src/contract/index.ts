export { annotate, describedAs, jsonSchemaOf, refusalOf, type Collector } from './codecs/annotation.js'
export { fieldProblems, type FieldProblem } from './codecs/field-problems.js'
export type { Annotation, JsonSchema } from './codecs/json-schema.js'
export {
  ObjectType,
  closedObject,
  openObject,
  type AnyObject,
  type Members,
  type ObjectOf,
} from './codecs/object-type.js'
export type { Access, Body, Operation } from './operation.js'
export { operationIds, operations, type OperationId, type Operations } from './operations.js'
export { problem, problemTable, readProblem, type Problem, type ProblemCode } from './problems.js'
export { problemsOf } from './problems-of.js'
export type {
  ActivityEntry,
  ActivityKind,
  CreatedKey,
  Key,
  KeyStatus,
  Me,
  ReplacedKey,
  Role,
  UseOutcome,
  Verdict,
  Workspace,
} from './shapes.js'
