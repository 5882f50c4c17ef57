import type { Random } from '#core/tensor/Random'

/** One number of a candidate. */
export interface Gene {
  readonly low: number
  readonly high: number
  /** Drawn for the first generation; clipped to the range afterwards. */
  first(random: Random): number
}

export interface Evolution {
  readonly genes: readonly Gene[]
  /** At least 4. */
  readonly population: number
  readonly generations: number
  readonly lambda: number
  readonly random: Random
  /** One value per candidate; greater is fitter. Candidates must not be changed, nor kept beyond the next call. */
  fitness(candidates: readonly Float64Array[]): Promise<Float64Array>
  /** The search ends once a candidate is fitter than this. */
  readonly enough: number
}

/**
 * Differential evolution as Su 2019 uses it (section 3.2): child i is x_j + lambda (x_k - x_l) for three different random
 * members j, k, l of the generation, clipped to its range, without crossover, and replaces parent i only when it is fitter.
 * Yields the number of each generation, 0 for the first, and returns the fittest candidate.
 */
export async function* evolve(search: Evolution): AsyncGenerator<number, Float64Array> {
  const { genes, population, generations, lambda, random, enough } = search
  const clip = (value: number, { low, high }: Gene): number => Math.min(Math.max(value, low), high)
  const parents = Array.from({ length: population }, () =>
    Float64Array.from(genes, (gene) => clip(gene.first(random), gene)),
  )
  const fitness = await search.fitness(parents)
  yield 0
  for (let generation = 1; generation <= generations && !(greatest(fitness) > enough); generation++) {
    const children = parents.map(() => {
      const [j, k, l] = threeOf(population, random)
      const [a, b, c] = [parents[j]!, parents[k]!, parents[l]!]
      return Float64Array.from(genes, (gene, i) => clip(a[i]! + lambda * (b[i]! - c[i]!), gene))
    })
    const values = await search.fitness(children)
    children.forEach((child, i) => {
      if (values[i]! <= fitness[i]!) return
      parents[i] = child
      fitness[i] = values[i]!
    })
    yield generation
  }
  return parents[fitness.indexOf(greatest(fitness))]!
}

const greatest = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, value), -Infinity)

/** Three different whole numbers below `count`. */
function threeOf(count: number, random: Random): [number, number, number] {
  const first = random.int(count)
  let second = random.int(count)
  while (second === first) second = random.int(count)
  let third = random.int(count)
  while (third === first || third === second) third = random.int(count)
  return [first, second, third]
}
