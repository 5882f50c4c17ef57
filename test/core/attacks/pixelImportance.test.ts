import { expect, it } from 'vitest'
import { pixelScratch, sortedBy } from '#core/attacks/pixelImportance'
import { Workroom } from '#core/simd/Workroom'
import { Random } from '#core/tensor/Random'

const random = new Random('importance')

it('adds up importance as a plain loop does', () => {
  const groups = 1003
  const { kernels, importance, changed, found } = pixelScratch(groups, new Workroom())
  const draw = (): Float32Array => Float32Array.from({ length: groups }, () => random.uniform(-1, 1))
  const expected = new Float64Array(groups)
  const moved = new Set<number>()
  for (let plane = 0; plane < 3; plane++) {
    const [clean, slopes] = [draw(), draw()]
    const now = clean.map((value) => (random.chance(0.1) ? value + 0.5 : value))
    kernels.run('importance', [now, clean, slopes, importance, changed])
    now.forEach((value, i) => {
      if (value !== clean[i]) moved.add(i)
      expected[i]! += Math.abs(value - clean[i]!) * Math.abs(slopes[i]!)
    })
  }
  expect(importance).toEqual(expected)
  const count = kernels.find('changed', [changed], [], found)
  expect([...found.subarray(0, count)]).toEqual([...moved].sort((a, b) => a - b))
})

it.each([1, 2, 5, 1000])('sorts %i indices by their keys, the lower one first among equals', (length) => {
  const keys = Float64Array.from({ length }, () =>
    random.chance(0.3) ? random.int(3) : random.uniform(0, 1e-6),
  )
  const indices = Int32Array.from({ length }, (_, i) => i).filter(() => random.chance(0.9))
  const expected = Array.from(indices).sort((a, b) => keys[a]! - keys[b]! || a - b)
  expect([...sortedBy(keys, indices)]).toEqual(expected)
})
