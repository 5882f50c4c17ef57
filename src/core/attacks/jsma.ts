import type { ParamSpec } from '#core/params'
import { pixelsPerImage, sliceImages, type Images } from '#core/tensor/Images'
import type { Attack } from './Attack'
import { forwardDerivatives } from './forwardDerivative'
import { gapOf } from './goal'
import { Gathering } from './rows'
import { runnersUp } from './runnerUp'
import { SaliencyCrafting } from './SaliencyCrafting'
import { PairSearch } from './saliencyPair'

const params = {
  distortion: {
    kind: 'number',
    title: 'Maximum distortion',
    help: 'Upsilon: the share of the values of an image (pixels and channels) that may change.',
    default: 14.5,
    min: 0,
    max: 100,
    unit: '%',
  },
  theta: {
    kind: 'integer',
    title: 'Theta',
    help: 'Change of a chosen value in one step; 255 takes it to the end of its range at once.',
    default: 255,
    min: 1,
    max: 255,
    unit: '/255',
  },
  direction: {
    kind: 'choice',
    title: 'Direction',
    help: 'Whether values grow (theta above zero) or shrink.',
    default: 'increase',
    choices: ['increase', 'decrease'],
  },
  features: {
    kind: 'choice',
    title: 'Features',
    help: "What a step changes: the best pair of values (the paper's algorithm 3) or the best single one.",
    default: 'pair',
    choices: ['pair', 'single'],
  },
  outputs: {
    kind: 'choice',
    title: 'Outputs',
    help: 'What is differentiated: the class scores, or their probabilities.',
    default: 'logits',
    choices: ['logits', 'probabilities'],
  },
} as const satisfies Record<string, ParamSpec>

/**
 * Few values are changed by theta, at each step those with the greatest saliency for the target, until the image has its class,
 * the distortion has come to its maximum, or no value helps: Papernot, McDaniel, Jha, Fredrikson, Celik, Swami 2016,
 * algorithms 1 to 3. Changes are whole levels, so what is judged at each step is what is saved. Without targets from the
 * caller the target is each image's second likeliest class.
 */
export const jsma: Attack<typeof params> = {
  id: 'jsma',
  title: 'Saliency map (JSMA)',
  paper:
    'Papernot, McDaniel, Jha, Fredrikson, Celik, Swami 2016, The limitations of deep learning in adversarial settings',
  norm: 'l0',
  access: 'gradient',
  targets: 'optional',
  params,
  chooseTargets: runnersUp,
  async *run({ oracle, params, images, classes, targets, workroom }) {
    const size = pixelsPerImage(images)
    const limit = Math.floor((params.distortion / 100) * size)
    const current: Images = { ...images, data: workroom.copy(images.data) }
    const gathering = new Gathering(workroom)
    const pairs = new PairSearch(size, workroom)
    const craftings = targets.map((_, n) => {
      return new SaliencyCrafting(sliceImages(images, n, n + 1).data, { ...params, limit }, pairs)
    })
    let active = [...craftings.keys()].filter((n) => craftings[n]!.hasRoom)
    while (active.length > 0) {
      const left: number[] = []
      const all = forwardDerivatives(
        { oracle, targets, classes, outputs: params.outputs, gathering },
        current,
        active,
      )
      for await (const { row, scores, derivative } of all) {
        if (gapOf(scores, { label: targets[row]!, targeted: true }) > 0) continue
        const crafting = craftings[row]!
        if (crafting.step(derivative, sliceImages(current, row, row + 1).data) && crafting.hasRoom)
          left.push(row)
      }
      active = left
      const unchanged = active.reduce((sum, n) => sum + limit - craftings[n]!.changed, 0)
      yield { step: limit * craftings.length - unchanged, steps: limit * craftings.length }
    }
    return current
  },
}
