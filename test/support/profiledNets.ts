import type { ModelProfile } from '#contract/profile'
import { int, ints } from '#core/onnx/attributes'
import { elementCodes, makeTensor } from '#core/onnx/elementTypes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { ElementType, OnnxGraph, OnnxTensor } from '#core/onnx/OnnxGraph'
import { pixelMap } from '#core/models/profile/foldProfile'
import { convNet } from './onnxNets'

type Pixels = Pick<ModelProfile, 'layout' | 'range' | 'mean' | 'std' | 'channelOrder'>

/**
 * A net that takes its images as the profile says and then computes what {@link convNet} computes of [0,1] pixels: its
 * graph begins by undoing the profile.
 */
export function profiledNet(pixels: Pixels, element: 'float' | 'uint8' | 'double' = 'float'): OnnxGraph {
  const base = convNet()
  const [{ name, shape }] = base.inputs as [OnnxGraph['inputs'][number]]
  const [batch, channels, height, width] = shape as [string, number, number, number]
  const nhwc = pixels.layout === 'NHWC'
  const builder = new GraphBuilder({ ...base, inputs: [] })
  const own = nhwc ? [batch, height, width, channels] : [batch, channels, height, width]
  let x = builder.input('own', element, own)
  if (element !== 'float') x = builder.node('Cast', [x], { to: int(elementCodes.float) })
  if (nhwc) x = builder.node('Transpose', [x], { perm: ints([0, 3, 1, 2]) })
  const { scale, shift } = pixelMap(pixels, channels)
  x = builder.node('Sub', [x, builder.floats(shift, [channels, 1, 1])])
  x = builder.node('Div', [x, builder.floats(scale, [channels, 1, 1])])
  if (pixels.channelOrder === 'BGR') builder.node('Gather', [x, builder.ints([2, 1, 0])], { axis: int(1) })
  const front = builder.nodes.slice(base.nodes.length)
  const last = front.at(-1)!
  const built = builder.build()
  return { ...built, nodes: [...front.slice(0, -1), { ...last, outputs: [name] }, ...base.nodes] }
}

/** A float graph with its weights, input and outputs in half precision. */
export function halved(graph: OnnxGraph): OnnxGraph {
  const half = (type: ElementType | undefined): ElementType | undefined =>
    type === 'float' ? 'float16' : type
  const info = <I extends { type?: ElementType }>(value: I): I => {
    const type = half(value.type)
    return type ? { ...value, type } : value
  }
  return {
    ...graph,
    inputs: graph.inputs.map(info),
    outputs: graph.outputs.map(info),
    initializers: new Map([...graph.initializers].map(([name, tensor]) => [name, toHalf(tensor)])),
  }
}

function toHalf(tensor: OnnxTensor): OnnxTensor {
  return tensor.type === 'float'
    ? makeTensor('float16', tensor.shape, Uint16Array.from(tensor.data, halfBits))
    : tensor
}

/** The nearest half-precision number, by search; subnormal numbers become zero. */
export function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0
  const size = Math.abs(value)
  if (size < 2 ** -14) return sign
  let exponent = Math.floor(Math.log2(size))
  let fraction = Math.round((size / 2 ** exponent - 1) * 1024)
  if (fraction === 1024) {
    exponent++
    fraction = 0
  }
  return exponent > 15 ? sign | 0x7c00 : sign | ((exponent + 15) << 10) | fraction
}
