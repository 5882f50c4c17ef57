import { InferenceSession, Tensor } from 'onnxruntime-node'
import { sliceLabelled, type LabelledImages } from '#core/datasets/files/LabelledImages'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { writeModel } from '#core/onnx/writeModel'
import { toFloats } from '#core/tensor/Images'
import { Tally, type Judgement } from '#core/training/Tally'

const batch = 128

/** Judges a classifier on labelled pictures. @param sets parts of one set, made as they are needed */
export async function judgeNet(
  net: OnnxGraph,
  sets: Iterable<Pick<LabelledImages, 'images' | 'labels'>>,
  threads: number,
): Promise<Judgement> {
  const session = await InferenceSession.create(writeModel(net), {
    intraOpNumThreads: threads,
    executionProviders: ['cpu'],
  })
  let tally: Tally | undefined
  try {
    for (const { images, labels } of sets) {
      const feed = new Tensor('float32', toFloats(images).data, [
        images.count,
        images.channels,
        images.height,
        images.width,
      ])
      const output = Object.values(await session.run({ [session.inputNames[0]!]: feed }))[0]!
      const classes = output.dims[1]!
      tally ??= new Tally(classes)
      tally.add({ data: output.data as Float32Array, count: images.count, classes }, labels)
    }
  } finally {
    await session.release()
  }
  return (tally ?? new Tally(0)).judgement
}

/** A data set in batches. */
export function* batchesOf(set: LabelledImages): Generator<LabelledImages> {
  for (let start = 0; start < set.images.count; start += batch) {
    yield sliceLabelled(set, start, Math.min(start + batch, set.images.count))
  }
}
