import { describe, expect, it } from 'vitest'
import { evolve, type Evolution, type Gene } from '#core/attacks/differentialEvolution'
import { Random } from '#core/tensor/Random'

const gene: Gene = { low: -2, high: 3, first: (random) => random.normal(0, 5) }
const hill = ([x, y]: Float64Array): number => -((x! - 1) ** 2) - (y! + 1) ** 2

async function climb(over: Partial<Evolution> = {}) {
  const generations: Float64Array[][] = []
  const search = evolve({
    genes: [gene, gene],
    population: 30,
    generations: 60,
    lambda: 0.5,
    random: new Random('evolve'),
    fitness: (candidates) => {
      generations.push(candidates.map((candidate) => candidate.slice()))
      return Promise.resolve(Float64Array.from(candidates, hill))
    },
    enough: Infinity,
    ...over,
  })
  let next = await search.next()
  const yielded: number[] = []
  while (!next.done) {
    yielded.push(next.value)
    next = await search.next()
  }
  return { best: next.value, generations, yielded }
}

describe('differential evolution', () => {
  it('climbs to the top', async () => {
    const { best, yielded } = await climb()
    expect(best[0]).toBeCloseTo(1, 2)
    expect(best[1]).toBeCloseTo(-1, 2)
    expect(yielded).toEqual(Array.from({ length: 61 }, (_, i) => i))
  })

  it('clips every candidate, the first ones too', async () => {
    const { generations } = await climb({ lambda: 2, generations: 10 })
    const all = generations.flat().flatMap((candidate) => [...candidate])
    expect(Math.min(...all)).toBe(-2)
    expect(Math.max(...all)).toBe(3)
  })

  it('makes each child of three different members of its generation', async () => {
    const { generations } = await climb({ population: 5, generations: 1 })
    const [parents, children] = generations as [Float64Array[], Float64Array[]]
    const clip = (value: number) => Math.min(3, Math.max(-2, value))
    const possible: number[][] = []
    for (const [j, a] of parents.entries())
      for (const [k, b] of parents.entries())
        for (const [l, c] of parents.entries())
          if (j !== k && k !== l && j !== l)
            possible.push([0, 1].map((i) => clip(a[i]! + 0.5 * (b[i]! - c[i]!))))
    for (const child of children) expect(possible).toContainEqual([...child])
  })

  it('lets a child replace only its own parent, and only when it is fitter', async () => {
    // The second generation is as good as the first: nothing is replaced, so the first candidate stays the best.
    const { best, generations } = await climb({
      generations: 3,
      fitness: (candidates) => {
        seen.push(candidates.map((candidate) => candidate.slice()))
        return Promise.resolve(new Float64Array(candidates.length))
      },
    })
    expect(generations).toEqual([])
    expect(best).toEqual(seen[0]![0])
    expect(seen.length).toBe(4)
  })
  const seen: Float64Array[][] = []

  it('ends once a candidate is good enough', async () => {
    const { best, yielded } = await climb({ enough: -0.01 })
    expect(hill(best)).toBeGreaterThan(-0.01)
    expect(yielded.length).toBeGreaterThan(1)
    expect(yielded.length).toBeLessThan(61)
    expect((await climb({ enough: -1e9 })).yielded).toEqual([0])
  })
})
