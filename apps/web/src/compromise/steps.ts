import type { Key } from '@detrics/keys-client'
import type { CompromisedView, Step } from '../url/place.js'

/** Whether a step is behind: what the key itself and the address say, and not what somebody clicked through. */
export const isDone = (
  step: Step,
  { successor, isUpdated }: CompromisedView,
  key: Pick<Key, 'status'>,
): boolean => {
  switch (step) {
    case 1:
      return key.status === 'revoked'
    case 2:
      return successor !== undefined
    case 3:
      return isUpdated === true
    case 4:
      return false
  }
}

/** The step at which the person is; the first is passed over when the key is revoked already. */
export const openStep = (view: CompromisedView, key: Pick<Key, 'status'>): Step =>
  view.step === 1 && isDone(1, view, key) ? 2 : view.step
