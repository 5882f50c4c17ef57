import type { ModelProfile, ProfileSource } from '#contract/profile'
import { HalftoneError } from '#core/errors'
import { intsAttribute } from '#core/onnx/attributes'
import type { Dimension, ElementType, OnnxGraph, ValueInfo } from '#core/onnx/OnnxGraph'
import { readersIn } from './readersIn'

type Layout = ModelProfile['layout']
type Element = ModelProfile['element']

/** The input that takes the images, as the file has it. A length of null is left open. */
export interface ImageInput {
  readonly name: string
  readonly element: Element
  readonly layout: Layout
  readonly layoutSource: ProfileSource
  readonly batch: Dimension
  readonly channels: number
  readonly height: number | null
  readonly width: number | null
}

const elements: ReadonlySet<ElementType> = new Set(['float', 'float16', 'double', 'uint8'])

/**
 * Finds the image input and the order of its axes: as stated, else by which axis has 1, 3 or 4 channels, else by what the
 * graph does first with it.
 * @throws HalftoneError `unsupported` for what is not one input of four axes of floats or uint8
 */
export function imageInput(
  graph: OnnxGraph,
  stated: { readonly value: Layout; readonly source: ProfileSource } | null,
): ImageInput {
  const [first, ...rest] = graph.inputs
  if (!first || rest.length > 0) {
    const names = graph.inputs.map(({ name }) => name).join(', ') || 'none'
    throw new HalftoneError(
      'unsupported',
      `Expected a model with one input, its images; this one has: ${names}.`,
    )
  }
  const { name, type, shape } = first
  if (!type || !elements.has(type) || shape?.length !== 4) {
    throw new HalftoneError(
      'unsupported',
      `Expected an input of images, float, float16, double or uint8 [n, channels, height, width] or ` +
        `[n, height, width, channels], got '${name}' ${text(first)}.`,
    )
  }
  const { layout, layoutSource } = stated
    ? { layout: stated.value, layoutSource: stated.source }
    : layoutOf(graph, first)
  const [batch, a, b, c] = shape as [Dimension, Dimension, Dimension, Dimension]
  const [channels, height, width] = layout === 'NCHW' ? [a, b, c] : [c, a, b]
  const counted = typeof channels === 'number' ? channels : channelsOfFirstConvolution(graph, name)
  if (counted === null || counted < 1) {
    throw new HalftoneError(
      'unsupported',
      `The number of channels of input '${name}' is not fixed: ${text(first)}. Export the model with a fixed one.`,
    )
  }
  const size = (length: Dimension): number | null =>
    typeof length === 'number' && length > 0 ? length : null
  return {
    name,
    element: type as Element,
    layout,
    layoutSource,
    batch,
    channels: counted,
    height: size(height),
    width: size(width),
  }
}

function text({ type, shape }: ValueInfo): string {
  const lengths = shape ? `[${shape.map((length) => length ?? '?').join(', ')}]` : 'of unknown shape'
  return `${type ?? 'of unknown type'} ${lengths}`
}

function layoutOf(
  graph: OnnxGraph,
  { name, shape }: ValueInfo,
): { readonly layout: Layout; readonly layoutSource: ProfileSource } {
  const found = (layout: Layout, reason: string) =>
    ({ layout, layoutSource: { origin: 'detected', reason } }) as const
  const [second, last] = [shape![1], shape![3]]
  const isChannels = (length: Dimension | undefined): boolean => length === 1 || length === 3 || length === 4
  if (isChannels(second) !== isChannels(last)) {
    return isChannels(second)
      ? found('NCHW', `axis 1 of input '${name}' has ${second} channels`)
      : found('NHWC', `axis 3 of input '${name}' has ${last} channels`)
  }
  const first = firstLayoutOp(graph, name)
  if (first) return found(first.layout, first.reason)
  return { layout: 'NCHW', layoutSource: { origin: 'default', reason: 'the usual order of axes in ONNX' } }
}

const spatial = new Set(['Conv', 'MaxPool', 'AveragePool', 'BatchNormalization', 'InstanceNormalization'])
const carries = new Set(['Cast', 'Identity', 'Add', 'Sub', 'Mul', 'Div', 'Pad', 'Clip'])

function firstLayoutOp(graph: OnnxGraph, input: string): { layout: Layout; reason: string } | null {
  const readers = readersIn(graph)
  let tensor = input
  for (;;) {
    const users = readers.get(tensor) ?? []
    for (const user of users) {
      if (spatial.has(user.op)) return { layout: 'NCHW', reason: `the graph begins with ${user.op}` }
      const perm = intsAttribute(user, 'perm')?.join()
      if (user.op === 'Transpose' && perm === '0,3,1,2') {
        return { layout: 'NHWC', reason: 'the graph begins by moving axis 3 to axis 1' }
      }
      if (user.op === 'Transpose' && perm === '0,2,3,1') {
        return { layout: 'NCHW', reason: 'the graph begins by moving axis 1 to axis 3' }
      }
    }
    const next = users.find(({ op }) => carries.has(op))?.outputs[0]
    if (next === undefined) return null
    tensor = next
  }
}

/** Where the file leaves the channels open, the first convolution's weights still have them. */
function channelsOfFirstConvolution(graph: OnnxGraph, input: string): number | null {
  const reached = new Set([input])
  for (const node of graph.nodes) {
    if (!node.inputs.some((name) => reached.has(name))) continue
    if (node.op === 'Conv') return graph.initializers.get(node.inputs[1] ?? '')?.shape[1] ?? null
    if (carries.has(node.op) || node.op === 'Transpose')
      for (const output of node.outputs) reached.add(output)
  }
  return null
}
