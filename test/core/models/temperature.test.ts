import { describe, expect, it } from 'vitest'
import { calibratedLosses } from '#core/models/profile/temperature'
import { Random } from '#core/tensor/Random'

const random = new Random('temperature')
const labels = Array.from({ length: 24 }, () => random.int(6))
/** Scores that mostly, not always, favour the label. */
const rows = labels.map((label) =>
  Float32Array.from({ length: 6 }, (_, c) => random.normal() + (c === label ? 2 : 0)),
)
const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length

describe('losses at the best temperature', () => {
  it.each([0.01, 3, 400])('do not change when all scores are %d times as large', (factor) => {
    const plain = calibratedLosses(rows, labels)
    const scaled = calibratedLosses(
      rows.map((row) => row.map((value) => value * factor)),
      labels,
    )
    for (const [i, loss] of plain.entries()) expect(scaled[i]).toBeCloseTo(loss, 2)
  })

  it('are the least that any factor gives, but for the doubt in the labels', () => {
    const at = (factor: number): number =>
      mean(
        rows.map((row, i) => {
          const sum = row.reduce((total, score) => total + Math.exp(factor * (score - row[labels[i]!]!)), 0)
          return Math.log(sum)
        }),
      )
    const best = Math.min(...Array.from({ length: 200 }, (_, i) => at(0.02 * (i + 1))))
    const found = mean(calibratedLosses(rows, labels))
    expect(found).toBeGreaterThanOrEqual(best - 1e-4)
    expect(found).toBeLessThan(best + 0.05)
  })

  it('are finite where every image is right, and less where the label stands out more evenly', () => {
    const right = (gap: (i: number) => number) =>
      mean(
        calibratedLosses(
          labels.map((label, i) => Float32Array.from({ length: 6 }, (_, c) => (c === label ? gap(i) : 0))),
          labels,
        ),
      )
    const even = right(() => 5)
    expect(even).toBeGreaterThan(0)
    expect(right((i) => (i % 2 ? 9 : 1))).toBeGreaterThan(1.05 * even)
  })

  it('are those of guessing where the scores say nothing, and the worst where they are no numbers', () => {
    const flat = calibratedLosses(
      labels.map(() => new Float32Array(6).fill(3)),
      labels,
    )
    for (const loss of flat) expect(loss).toBeCloseTo(Math.log(6), 6)
    const broken = calibratedLosses([...rows, new Float32Array(6).fill(NaN)], [...labels, 0])
    expect(broken.at(-1)).toBeGreaterThan(20)
    expect(broken[0]).toBeLessThan(20)
  })
})
