import { expect, test } from 'vitest'
import { benchTable, median } from '../../../tools/bench/table'

test('columns are aligned, values to three digits and to the right, empty ends cut', () => {
  const text = benchTable('Peers', [
    { name: 'forward', value: 1.23456, unit: 'times as fast', reference: 'aim 1.7', note: '5 turns' },
    { name: 'threads', value: 2, unit: '' },
    { name: 'long', value: 12345.6, unit: 'ms', note: 'slow' },
    { name: 'broken', value: NaN, unit: '', note: 'needs torchvision' },
  ])
  expect(text.split('\n')).toEqual([
    'Peers',
    '-----',
    '          value  unit           aim or reference  note',
    'forward    1.23  times as fast  aim 1.7           5 turns',
    'threads       2',
    'long     12,346  ms                               slow',
    'broken     none                                   needs torchvision',
  ])
})

test('the median of nothing is shown as none', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1])).toBe(2.5)
  expect(median([])).toBeNaN()
})
