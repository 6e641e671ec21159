type Given<A> = { readonly [K in keyof A]?: Exclude<A[K], undefined> }

/** The members that are defined: an optional member that is there with `undefined` in it is another thing than none. */
export const given = <A extends object>(members: A): Given<A> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Given<A>
