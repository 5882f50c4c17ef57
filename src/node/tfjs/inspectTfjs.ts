import { profile as traced, tensor4d, tidy, type Tensor } from '@tensorflow/tfjs-core'
import { HalftoneError } from '#core/errors'
import type { ModelInspection } from '#core/models/ModelInspection'
import { sizeOf } from '#core/tensor/Tensor'
import { pixelsPerImage } from '#core/tensor/Images'
import type { ValueInfo } from '#core/onnx/OnnxGraph'
import type { TensorSummary } from '#core/onnx/inspectGraph'
import { openTfjs, type OpenedTfjs, type OpenTfjsOptions } from './openTfjs'
import type { TfjsFile } from './tfjsFile'
import type { NetValue } from './TfjsNet'

/** Reads a TF.js model and tells what is in it and whether it can be opened. @throws HalftoneError `unreadable-file` */
export async function inspectTfjs(file: TfjsFile, options: OpenTfjsOptions): Promise<ModelInspection> {
  const parameters = file.json.weightsManifest
    .flatMap(({ weights }) => weights)
    .filter(({ dtype }) => dtype === 'float32')
    .reduce((sum, { shape }) => sum + sizeOf(shape), 0)
  const { generatedBy, convertedBy } = file.json
  const metadata = Object.fromEntries(
    Object.entries({ format: file.format, generatedBy, convertedBy }).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
  const known = { name: file.name, id: file.hash, size: file.size, metadata }
  let opened: OpenedTfjs
  try {
    opened = await openTfjs(file, options)
  } catch (error) {
    if (!(error instanceof HalftoneError && error.code === 'unsupported')) throw error
    const graph = { ...nothing, parameters, differentiable: { reason: error.message } }
    return { ...known, fileInputs: [], graph, profile: null, model: null, problem: error.message }
  }
  const { model, info, net, output, batch } = opened
  const { shape, name } = net.input
  const fileInput: ValueInfo = {
    name,
    type: 'float',
    shape: shape.map((length, i) => length ?? (i === 0 ? 'n' : null)),
  }
  try {
    return {
      ...known,
      fileInputs: [fileInput],
      graph: {
        inputs: [summaryOf(net.input)],
        outputs: net.outputs.map((value) =>
          // A graph may leave the shape of its output open.
          summaryOf(
            value.name === output && value.shape.length === 0
              ? { ...value, shape: [null, info.classes.length] }
              : value,
          ),
        ),
        logits: { name: output, classes: info.classes.length },
        batch,
        opset: 0,
        ops: net.ops,
        parameters,
        flops: await flopsOf(opened),
        differentiable: info.differentiable.ok || { reason: info.differentiable.reason },
      },
      profile: info.profile,
      model: info,
      problem: null,
    }
  } finally {
    await model[Symbol.asyncDispose]()
  }
}

const nothing = {
  inputs: [],
  outputs: [],
  logits: undefined,
  batch: 'free',
  opset: 0,
  ops: [],
  flops: 0,
} as const

const summaryOf = ({ name, shape }: NetValue): TensorSummary => ({ name, type: 'float', shape })

/** Convolutions and matrix products of one image, a multiply-add counted as two, by what tfjs really runs. */
async function flopsOf({ info, net, output, batch }: OpenedTfjs): Promise<number> {
  const { channels, height, width } = info.input
  const count = batch === 'free' ? 1 : batch
  const axes = info.profile.layout === 'NHWC' ? [height, width, channels] : [channels, height, width]
  const shape = [count, ...axes] as [number, number, number, number]
  const pixels = new Float32Array(count * pixelsPerImage(info.input))
  const { kernels } = await traced(() => tidy((): Tensor => net.scores(tensor4d(pixels, shape), output)))
  let flops = 0
  // The native packages make a fused matrix product of a plain one, which is listed too.
  const native = info.provider.startsWith('tfjs-node')
  for (const { name, inputShapes, outputShapes } of kernels) {
    if (native && name === '_FusedMatMul') continue
    const [made = []] = outputShapes
    const [first = [], filter = []] = inputShapes as number[][]
    if (/Conv2D$/.test(name)) flops += 2 * sizeOf(made) * sizeOf(filter.slice(0, 3))
    else if (/^DepthwiseConv2d|^FusedDepthwise/.test(name))
      flops += 2 * sizeOf(made) * sizeOf(filter.slice(0, 2))
    else if (/MatMul$/.test(name))
      flops += 2 * sizeOf(made) * ((sizeOf(first) * sizeOf(filter)) / sizeOf(made)) ** 0.5
  }
  return Math.round(flops / count)
}
