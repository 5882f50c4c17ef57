import { expect, it } from 'vitest'
import { median } from '#core/metrics/median'

it('takes the middle, whatever the order, and says when there is none', () => {
  expect(median([9, 1, 4])).toBe(4)
  expect(median([10, 1, 3, 2])).toBe(2.5)
  expect(median([])).toBeUndefined()
})
