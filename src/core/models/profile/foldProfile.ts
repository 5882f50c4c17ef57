import type { ModelProfile } from '#contract/profile'
import { int } from '#core/onnx/attributes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { transpose } from '#core/onnx/ops'
import type { ImageSpec } from '#core/tensor/Images'
import type { DetectedProfile } from './detectProfile'

/** scale * p + shift makes the model's own value of a channel from a pixel in [0,1], in the order that the model takes them. */
export interface PixelMap {
  readonly scale: readonly number[]
  readonly shift: readonly number[]
}

/** The arithmetic of a profile, one entry for each channel. */
export function pixelMap(
  { range, mean, std }: Pick<ModelProfile, 'range' | 'mean' | 'std'>,
  channels: number,
): PixelMap {
  const [gain, offset] = { '0..1': [1, 0], '0..255': [255, 0], '-1..1': [2, -1] }[range] as [number, number]
  const at = (list: readonly number[], c: number): number => list[list.length === 1 ? 0 : c]!
  const all = Array.from({ length: channels }, (_, c) => c)
  return {
    scale: all.map((c) => gain / at(std, c)),
    shift: all.map((c) => (offset - at(mean, c)) / at(std, c)),
  }
}

/**
 * The graph with its preprocessing in front: it takes float pixels in [0,1], [n, channels, height, width], RGB. Its own input
 * stays an inner tensor of its own name, where there is anything to do. A uint8 input becomes float: between two 8-bit levels
 * the graph goes on smoothly, so that it has a gradient.
 */
export function foldProfile(
  graph: OnnxGraph,
  { input, profile }: DetectedProfile,
): { readonly graph: OnnxGraph; readonly inputName: string; readonly spec: ImageSpec } {
  const { channels, name } = input
  const spec = { channels, ...profile.size }
  const shape = [input.batch, channels, spec.height, spec.width]
  const builder = new GraphBuilder(graph)
  const pixels = builder.fresh('pixels')
  const made = preprocess(builder, pixels, profile, channels)
  if (made === pixels) {
    return { graph: { ...graph, inputs: [{ name, type: 'float', shape }] }, inputName: name, spec }
  }
  const built = builder.build()
  const front = built.nodes.slice(graph.nodes.length)
  const renamed = front.map((node) => ({
    ...node,
    outputs: node.outputs.map((output) => (output === made ? name : output)),
  }))
  return {
    graph: {
      ...built,
      inputs: [{ name: pixels, type: 'float', shape }],
      nodes: [...renamed, ...graph.nodes],
    },
    inputName: pixels,
    spec,
  }
}

function preprocess(builder: GraphBuilder, pixels: string, profile: ModelProfile, channels: number): string {
  const { scale, shift } = pixelMap(profile, channels)
  let x = pixels
  if (profile.channelOrder === 'BGR' && channels === 3) {
    x = builder.node('Gather', [x, builder.ints([2, 1, 0])], { axis: int(1) }, 'bgr')
  }
  const constant = (values: readonly number[]): string =>
    values.every((value) => value === values[0])
      ? builder.scalar(values[0]!)
      : builder.floats(values, [1, channels, 1, 1], 'preprocess')
  if (scale.some((value) => value !== 1)) x = builder.node('Mul', [x, constant(scale)], {}, 'scaled')
  if (shift.some((value) => value !== 0)) x = builder.node('Add', [x, constant(shift)], {}, 'shifted')
  return profile.layout === 'NHWC' ? transpose(builder, x, [0, 2, 3, 1]) : x
}
