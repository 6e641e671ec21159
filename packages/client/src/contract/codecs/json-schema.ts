/** A schema of JSON Schema 2020-12, as OpenAPI 3.1 and MCP use it. */
export type JsonSchema = { readonly [keyword: string]: unknown }

/** What a codec says to people and programs that read the documentation, and to whoever sends a wrong value. */
export interface Annotation {
  readonly schema: JsonSchema
  /** The sentence that a caller reads when a value does not fit; it says what to do and repeats nothing. */
  readonly refusal?: string
  /** The name under which the schema stands in a document that collects schemas, such as `Key`. */
  readonly component?: string
}
