/** A record with every member that may be undefined made optional. */
export type Present<A> = {
  readonly [K in keyof A as undefined extends A[K] ? never : K]: A[K]
} & { readonly [K in keyof A as undefined extends A[K] ? K : never]?: Exclude<A[K], undefined> }

/** The record without its undefined members: what is absent is absent, and not there with nothing in it. */
export const present = <A extends object>(record: A): Present<A> =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Present<A>
