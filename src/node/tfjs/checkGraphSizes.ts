import type { Tensor } from '@tensorflow/tfjs-core'
import { HalftoneError } from '#core/errors'
import { defaultLimits } from '#core/onnx/checkSizes'
import type { GraphNodeJson } from '#core/models/tfjs/tfjsTopology'

/** Which input of an operator says how large its output becomes, and how many values its numbers ask for at least. */
interface Sizing {
  readonly input: number
  readonly values: (numbers: readonly number[]) => number
}

/** An open length (-1) counts as one, and so does one of zero. */
const product = (lengths: readonly number[]): number =>
  lengths.reduce((size, length) => size * Math.max(1, length), 1)
const greatest = (numbers: readonly number[]): number => Math.max(0, ...numbers)

const sizings: Readonly<Record<string, Sizing>> = {
  BroadcastTo: { input: 1, values: product },
  Conv2DBackpropInput: { input: 0, values: product },
  Fill: { input: 0, values: product },
  LinSpace: { input: 2, values: greatest },
  MirrorPad: { input: 1, values: greatest },
  OneHot: { input: 1, values: greatest },
  Pad: { input: 1, values: greatest },
  PadV2: { input: 1, values: greatest },
  RandomStandardNormal: { input: 0, values: product },
  RandomUniform: { input: 0, values: product },
  Range: { input: 1, values: greatest },
  ResizeBilinear: { input: 1, values: product },
  ResizeNearestNeighbor: { input: 1, values: product },
  SpaceToBatchND: { input: 2, values: greatest },
  Tile: { input: 1, values: product },
  TruncatedNormal: { input: 0, values: product },
}

/**
 * Refuses a TensorFlow graph of which one node asks, by a constant, for a tensor that is too large, before it is run. What
 * grows over several nodes, or by computed sizes, is not foreseen.
 * @param constants the graph's weights by node name
 * @throws HalftoneError `unsupported`, naming the node
 */
export function checkGraphSizes(
  nodes: readonly GraphNodeJson[],
  constants: Readonly<Record<string, readonly Tensor[]>>,
): void {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  for (const { name, op, input } of nodes) {
    const sizing = sizings[op]
    const from = sizing && constantOf(input[sizing.input], byName, constants)
    if (!sizing || !from) continue
    const size = sizing.values([...from.dataSync()])
    if (size <= defaultLimits.tensor) continue
    throw new HalftoneError(
      'unsupported',
      `Node '${name}' (${op}) makes a tensor of ${size.toLocaleString('en')} values or more; at most ` +
        `${defaultLimits.tensor.toLocaleString('en')} can be handled. The file is damaged or made to fill the memory.`,
    )
  }
}

/** Sizes are short lists; through Identity, which converters leave behind constants. */
function constantOf(
  input: string | undefined,
  nodes: ReadonlyMap<string, GraphNodeJson>,
  constants: Readonly<Record<string, readonly Tensor[]>>,
): Tensor | null {
  let name = input?.replace(/^\^/, '').replace(/:0$/, '')
  // No chain is longer than the graph.
  for (let hops = 0; name !== undefined && hops <= nodes.size; hops++) {
    const held = Object.hasOwn(constants, name) ? constants[name]?.[0] : undefined
    if (held) return held.size <= 64 ? held : null
    const node = nodes.get(name)
    if (node?.op !== 'Identity') return null
    name = node.input[0]?.replace(/:0$/, '')
  }
  return null
}
