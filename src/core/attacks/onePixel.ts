import { rowOf, softmax } from '#core/metrics/classification'
import type { ParamSpec } from '#core/params'
import { pixelsPerImage, sliceImages, type Images } from '#core/tensor/Images'
import type { Attack } from './Attack'
import { evolve } from './differentialEvolution'
import { goalsOf, type Goal } from './goal'
import type { Oracle } from './oracle'
import { PixelCandidates } from './PixelCandidates'

const params = {
  pixels: {
    kind: 'integer',
    title: 'Pixels',
    help: 'How many pixels may change; 1, 3 and 5 in the paper.',
    default: 1,
    min: 1,
    max: 10_000,
  },
  population: {
    kind: 'integer',
    title: 'Population',
    help: 'Candidates of one generation.',
    default: 400,
    min: 4,
    max: 100_000,
  },
  generations: {
    kind: 'integer',
    title: 'Generations',
    help: 'Most generations after the first.',
    default: 100,
    min: 0,
    max: 100_000,
  },
  lambda: {
    kind: 'number',
    title: 'Lambda',
    help: 'How much of the difference of two candidates is added to a third.',
    default: 0.5,
    min: 0,
    max: 2,
  },
} as const satisfies Record<string, ParamSpec>

/** The search ends early above this probability of the target, or below this one of the true class (section 3.2). */
const enough = { targeted: 0.9, untargeted: 0.05 }

/**
 * Differential evolution over the places and colours of a few pixels, with nothing but the classifier's probabilities: Su,
 * Vargas and Sakurai 2019, section 3. Fitness is the probability of the target, or less of the true class. A candidate's
 * colours are whole levels, so what is judged is what is saved.
 */
export const onePixel: Attack<typeof params> = {
  id: 'onePixel',
  title: 'One pixel',
  paper: 'Su, Vargas, Sakurai 2019, One pixel attack for fooling deep neural networks',
  norm: 'l0',
  access: 'query',
  targets: 'optional',
  params,
  async *run(task) {
    const { images, params, random } = task
    const size = pixelsPerImage(images)
    const best: Images = { ...images, data: images.data.slice() }
    // Each image has queries enough of its own to fill the model's batches.
    for (const [n, goal] of goalsOf(task).entries()) {
      const candidates = new PixelCandidates(sliceImages(images, n, n + 1), params.pixels)
      const search = evolve({
        ...params,
        genes: candidates.genes,
        random: random[n]!,
        fitness: (population) => fitness(population, candidates, goal, n, task.oracle),
        enough: goal.targeted ? enough.targeted : -enough.untargeted,
      })
      const steps = images.count * (params.generations + 1)
      let next = await search.next()
      while (!next.done) {
        yield { step: n * (params.generations + 1) + next.value + 1, steps }
        next = await search.next()
      }
      best.data.set(candidates.imageOf(next.value), n * size)
    }
    return best
  },
}

async function fitness(
  population: readonly Float64Array[],
  candidates: PixelCandidates,
  { label, targeted }: Goal,
  image: number,
  oracle: Oracle,
): Promise<Float64Array> {
  const values = new Float64Array(population.length)
  for (let start = 0; start < population.length; start += candidates.room) {
    const part = population.slice(start, start + candidates.room)
    const logits = await oracle.logits(
      candidates.draw(part),
      part.map(() => image),
    )
    part.forEach((_, i) => {
      const probability = softmax(rowOf(logits, i))[label]!
      values[start + i] = targeted ? probability : -probability
    })
  }
  return values
}
