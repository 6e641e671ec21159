import { appendingMutants } from './appending.js'
import { dataMutants } from './data.js'
import { declaringMutants } from './declaring.js'
import { idMutants } from './ids.js'
import { lifecycleMutants } from './lifecycle.js'
import type { Mutants } from './mutate.js'
import { orderMutants } from './order.js'
import { readingMutants } from './reading.js'
import { subscribingMutants } from './subscribing.js'

/** Stores that break one promise each, made of any store that breaks none. */
export const mutants: Mutants = {
  ...appendingMutants,
  ...idMutants,
  ...readingMutants,
  ...orderMutants,
  ...subscribingMutants,
  ...dataMutants,
  ...lifecycleMutants,
  ...declaringMutants,
}
