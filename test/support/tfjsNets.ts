import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { int, ints } from '#core/onnx/attributes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { writeModel } from '#core/onnx/writeModel'
import type { ImageSpec } from '#core/tensor/Images'
import { sizeOf } from '#core/tensor/Tensor'
import { Random } from '#core/tensor/Random'

/** Images of the small net: 3 channels of 12 rows and 10 columns. */
export const smallSpec = { channels: 3, height: 12, width: 10 }

export const smallClasses = 5

interface Weight {
  readonly name: string
  /** As TensorFlow lays it out. */
  readonly shape: readonly number[]
  readonly data: Float32Array
}

export interface SmallNet {
  readonly spec: ImageSpec
  readonly weights: Readonly<Record<'a' | 'aBias' | 'b' | 'depth' | 'dense' | 'denseBias', Weight>>
  readonly softmax: boolean
}

/**
 * One net for every format: 3x3 convolution, ReLU, 3x3 convolution with stride 2, 3x3 convolution of each channel with stride 2,
 * ReLU, mean over the picture, dense layer, and a softmax if asked for.
 */
export function smallNet({
  softmax = false,
  gain = 1,
  spec = smallSpec,
  classes = smallClasses,
} = {}): SmallNet {
  const random = new Random('tfjs')
  const weight = (name: string, shape: readonly number[], deviation: number): Weight => ({
    name,
    shape,
    data: Float32Array.from({ length: sizeOf(shape) }, () => random.normal(0, deviation)),
  })
  return {
    spec,
    softmax,
    weights: {
      a: weight('conv_a/kernel', [3, 3, 3, 6], 0.3),
      aBias: weight('conv_a/bias', [6], 0.1),
      b: weight('conv_b/kernel', [3, 3, 6, 8], 0.3),
      depth: weight('depth/depthwise_kernel', [3, 3, 8, 1], 0.5),
      dense: weight('scores/kernel', [8, classes], gain),
      denseBias: weight('scores/bias', [classes], 0.1),
    },
  }
}

/** The net as a Keras model in a TF.js folder, its weights in two shards. @returns the folder */
export async function writeLayers(
  folder: string,
  net: SmallNet,
  front: readonly ReturnType<typeof layer>[] = [],
): Promise<string> {
  const { weights, softmax, spec } = net
  const conv = { strides: [1, 1], padding: 'same', use_bias: false, kernel_size: [3, 3] }
  const config = {
    name: 'small',
    layers: [
      ...front,
      layer('Conv2D', { ...conv, name: 'conv_a', filters: 6, use_bias: true, activation: 'relu' }),
      layer('Conv2D', { ...conv, name: 'conv_b', filters: 8, strides: [2, 2], activation: 'linear' }),
      layer('DepthwiseConv2D', { ...conv, name: 'depth', strides: [2, 2], activation: 'relu' }),
      layer('GlobalAveragePooling2D', { name: 'mean' }),
      layer('Dense', {
        name: 'scores',
        units: weights.denseBias.data.length,
        activation: softmax ? 'softmax' : 'linear',
      }),
    ],
  }
  const first = config.layers[0]!
  const { channels, height, width } = spec
  Object.assign(first.config, { batch_input_shape: [null, height, width, channels] })
  return await writeFolder(folder, {
    format: 'layers-model',
    modelTopology: { class_name: 'Sequential', config, keras_version: 'tfjs', backend: 'tensor_flow.js' },
    weights: [weights.a, weights.aBias, weights.b, weights.depth, weights.dense, weights.denseBias],
  })
}

const layer = (kind: string, config: Record<string, unknown>) => ({ class_name: kind, config })

/** The net as a TensorFlow graph in a TF.js folder. @returns the folder */
export async function writeGraph(folder: string, net: SmallNet): Promise<string> {
  const { weights, softmax, spec } = net
  const { channels, height, width } = spec
  const float = { dtype: { type: 'DT_FLOAT' }, T: { type: 'DT_FLOAT' } }
  const strides = (step: number) => ({ list: { i: ['1', String(step), String(step), '1'] } })
  const conv = (step: number) => ({
    T: { type: 'DT_FLOAT' },
    padding: { s: Buffer.from('SAME').toString('base64') },
    data_format: { s: Buffer.from('NHWC').toString('base64') },
    strides: strides(step),
    dilations: strides(1),
  })
  const dims = [-1, height, width, channels].map((size) => ({ size: String(size) }))
  const list = [weights.a, weights.aBias, weights.b, weights.depth, weights.dense, weights.denseBias]
  const axes: Weight = { name: 'axes', shape: [2], data: Float32Array.of(1, 2) }
  const constant = ({ name }: Weight) => ({ name, op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } })
  const node = (name: string, op: string, input: readonly string[], attr: object = {}) => ({
    name,
    op,
    input,
    attr: { ...float, ...attr },
  })
  const nodes = [
    {
      name: 'image',
      op: 'Placeholder',
      attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: dims } } },
    },
    ...list.map(constant),
    { name: 'axes', op: 'Const', attr: { dtype: { type: 'DT_INT32' } } },
    node('conv_a', '_FusedConv2D', ['image', weights.a.name, weights.aBias.name], {
      ...conv(1),
      num_args: { i: '1' },
      fused_ops: { list: { s: ['BiasAdd', 'Relu'].map((text) => Buffer.from(text).toString('base64')) } },
    }),
    node('conv_b', 'Conv2D', ['conv_a', weights.b.name], conv(2)),
    node('depth', 'DepthwiseConv2dNative', ['conv_b', weights.depth.name], conv(2)),
    node('relu', 'Relu', ['depth']),
    node('mean', 'Mean', ['relu', 'axes'], { keep_dims: { b: false } }),
    node('product', 'MatMul', ['mean', weights.dense.name], {
      transpose_a: { b: false },
      transpose_b: { b: false },
    }),
    node('scores', 'BiasAdd', ['product', weights.denseBias.name]),
    ...(softmax ? [node('probabilities', 'Softmax', ['scores'])] : []),
    node('Identity', 'Identity', [softmax ? 'probabilities' : 'scores']),
  ]
  return await writeFolder(folder, {
    format: 'graph-model',
    modelTopology: { node: nodes, library: {}, versions: { producer: 1 } },
    weights: [...list, axes],
  })
}

async function writeFolder(
  folder: string,
  model: { format: string; modelTopology: object; weights: readonly Weight[] },
): Promise<string> {
  await mkdir(folder, { recursive: true })
  const { weights, ...rest } = model
  const parts = weights.map(({ name, data }) =>
    Buffer.from(name === 'axes' ? Int32Array.from(data).buffer : data.slice().buffer),
  )
  const all = Buffer.concat(parts)
  const half = Math.floor(all.length / 2)
  await writeFile(join(folder, 'group1-shard1of2.bin'), all.subarray(0, half))
  await writeFile(join(folder, 'group1-shard2of2.bin'), all.subarray(half))
  const specs = weights.map(({ name, shape }) => ({
    name,
    shape,
    dtype: name === 'axes' ? 'int32' : 'float32',
  }))
  const weightsManifest = [{ paths: ['group1-shard1of2.bin', 'group1-shard2of2.bin'], weights: specs }]
  await writeFile(join(folder, 'model.json'), JSON.stringify({ ...rest, weightsManifest }))
  return folder
}

/** The same net as an ONNX file, for images of {@link smallSpec}. TensorFlow's "same" puts the odd row of zeros behind. */
export function smallOnnx({ weights, softmax }: SmallNet): Uint8Array {
  const { channels, height, width } = smallSpec
  const builder = new GraphBuilder()
  const kernel = ({ shape, data }: Weight, depthwise = false): string => {
    const [rows, columns, from, to] = shape as [number, number, number, number]
    const own = new Float32Array(data.length)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        for (let i = 0; i < from; i++)
          for (let o = 0; o < to; o++) {
            const at = depthwise ? (i * rows + y) * columns + x : ((o * from + i) * rows + y) * columns + x
            own[at] = data[((y * columns + x) * from + i) * to + o]!
          }
    return builder.floats(own, depthwise ? [from, 1, rows, columns] : [to, from, rows, columns])
  }
  const vector = ({ shape, data }: Weight): string => builder.floats(data, shape)
  const window = (pads: number[], step: number) => ({
    kernel_shape: ints([3, 3]),
    pads: ints(pads),
    strides: ints([step, step]),
  })
  const image = builder.input('image', 'float', ['n', channels, height, width])
  const a = builder.node('Conv', [image, kernel(weights.a), vector(weights.aBias)], window([1, 1, 1, 1], 1))
  const b = builder.node('Conv', [builder.node('Relu', [a]), kernel(weights.b)], window([0, 0, 1, 1], 2))
  // 6 rows and 5 columns: the rows need one line of zeros, the columns two.
  const depth = builder.node('Conv', [b, kernel(weights.depth, true)], {
    ...window([0, 1, 1, 1], 2),
    group: int(8),
  })
  const mean = builder.node('GlobalAveragePool', [builder.node('Relu', [depth])])
  const flat = builder.node('Flatten', [mean], { axis: int(1) })
  let scores = builder.node('Gemm', [flat, vector(weights.dense), vector(weights.denseBias)], {}, 'scores')
  if (softmax) scores = builder.node('Softmax', [scores], { axis: int(1) }, 'probabilities')
  builder.output(scores, 'float', ['n', smallClasses])
  return writeModel(builder.build('small net'))
}
