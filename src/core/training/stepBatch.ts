import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { pixelsPerImage } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import type { LabelledImages } from '../datasets/files/LabelledImages'
import { maskSuffix } from './nets/layers'
import type { Stage } from './recipes/Recipe'
import { meanTargets, type StepBatch, type StepFeeds } from './Trainer'

/** Where a step stands in a run: what its random numbers come from. */
export interface StepPlace {
  readonly seed: string
  readonly stage: number
  readonly step: number
}

/** The pictures of the given indices as a step's feeds: pixels in [0, 1], targets, dropout masks. */
export function stepBatch(
  { images, labels, classes }: LabelledImages,
  indices: readonly number[],
  loss: Stage['loss'],
  graph: OnnxGraph,
  place: StepPlace,
): StepBatch {
  const size = pixelsPerImage(images)
  const data = new Float32Array(indices.length * size)
  indices.forEach((index, n) => {
    for (let i = 0; i < size; i++) data[n * size + i] = images.data[index * size + i]! / 255
  })
  const own = indices.map((index) => labels[index]!)
  return {
    images: { ...images, count: indices.length, data },
    ...(loss === 'classes' && { targets: meanTargets(own, classes.length) }),
    masks: masks(graph, indices.length, place),
  }
}

/** Half of the units, at random, count double; the others count nothing. */
function masks(graph: OnnxGraph, count: number, { seed, stage, step }: StepPlace): StepFeeds {
  return new Map(
    graph.inputs
      .filter(({ name }) => name.endsWith(maskSuffix))
      .map(({ name, shape }) => {
        const width = Number(shape?.[1])
        const random = new Random(`${seed}/${name}/${stage}/${step}`)
        const data = Float32Array.from({ length: count * width }, () => 2 * (random.bits() >>> 31))
        return [name, { shape: [count, width], data }]
      }),
  )
}
