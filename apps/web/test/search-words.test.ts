import { containsKey } from '@detrics/keys-client'
import { describe, expect, test } from '@jest/globals'
import { searchOf } from '../src/words/search-words.js'

const idPart = '032SuBWdwG49N4djlXooaY'
const secretPart = 'q7mK2ZbX4tLwP9cV1nRsD8fGhJ3yQ5uEaT6oM0'

describe('what is searched for', () => {
  test.each([
    ['a whole key', `detrics_${idPart}_${secretPart}`],
    ['a key in other text', `Bearer detrics_${idPart}_${secretPart}\n`],
    ['a key that was cut short', `detrics_${idPart}_${secretPart.slice(0, 5)}`],
  ])('of %s only the public part is kept', (_what, text) => {
    const search = searchOf(text)
    expect(search).toEqual({ term: `detrics_${idPart}`, heldSecret: true })
    expect(containsKey(search.term)).toBe(false)
  })

  test('of a secret part alone nothing is kept', () => {
    expect(searchOf(secretPart)).toEqual({ term: '', heldSecret: true })
  })

  test('other texts are kept, as long as may be searched for', () => {
    expect(searchOf('laptop ')).toEqual({ term: 'laptop ', heldSecret: false })
    expect(searchOf(`detrics_${idPart}_…`).heldSecret).toBe(false)
    expect(searchOf('x'.repeat(100)).term).toHaveLength(64)
  })
})
