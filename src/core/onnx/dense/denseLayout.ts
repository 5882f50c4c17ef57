import { sizeOf } from '../../tensor/Tensor'
import { int, ints } from '../attributes'
import { makeTensor } from '../elementTypes'
import type { Shapes } from '../inferredShapes'
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../OnnxGraph'
import { pruneGraph } from '../prune'
import { blockedDomain, BlockedGraph, sameShape, type Shape } from '../blocked/BlockedGraph'
import { isElementwise, makesBooleans } from '../blocked/elementwise'
import { blockedWeights } from './blockedWeights'
import { denseLayer, rowBias, type DenseLayer } from './denseLayer'
import { Readers } from '../Readers'

/** With fewer rows than this of one image those of all images go together, so that weights are read once for all. */
const fewest = 16

/** In place of the number of rows of one image. */
const all = 0

/** Below this the way into the blocked layout and back costs more than is gained: one row's operations over its numbers. */
const leastWork = 256

/**
 * Takes a graph that ONNX Runtime has optimised for this machine's CPU, and lets its large dense layers run as convolutions by
 * 1 x 1 on channels in blocks, with what stands between two of them in the same layout. A session packs the weights of a matrix
 * product when it is made, and holds them twice; those of a blocked convolution lie in the file as they are used, mapped
 * (docs/decisions/0035-transformers.md).
 * @param shapes of all tensors, as far as they are known without a run
 * @param block channels to a block: 8 or 16
 */
export function denseLayout(graph: OnnxGraph, shapes: Shapes, block: number): OnnxGraph {
  const work = new DenseGraph(graph, shapes, block)
  for (const node of graph.nodes) work.add(node)
  return pruneGraph(work.build())
}

/**
 * A blocked tensor stands for a plain one of shape [..., c] and is called [n, c, 1, rows] by ONNX Runtime: n times the rows are
 * all that comes before the last axis, in their order. Rows must not lie on the last axis but one, since a last axis of length
 * one keeps the runtime from adding a single number to all of a tensor in one go: that took 200 times as long.
 */
class DenseGraph {
  readonly #work: BlockedGraph
  readonly #readers: Readers
  readonly #done = new Set<OnnxNode>()
  /** Rows of each blocked tensor. */
  readonly #rows = new Map<string, number>()

  constructor(graph: OnnxGraph, shapes: Shapes, block: number) {
    this.#work = new BlockedGraph(graph, shapes, block)
    this.#readers = new Readers(graph)
  }

  build(): OnnxGraph {
    return this.#work.build()
  }

  add(node: OnnxNode): void {
    if (this.#done.has(node)) return
    const layer = denseLayer(node, (name) => this.#work.constant(name))
    if (layer && this.#pays(layer) && this.#canSettle(node.outputs[0]!)) this.#convolve(node, layer)
    else if (!this.#elementwise(node)) {
      this.#work.keep(node)
      this.#handOn(node)
    }
  }

  #pays({ input, width, outputs }: DenseLayer): boolean {
    const { block } = this.#work
    if (width % block !== 0 || outputs % block !== 0) return false
    return (width * outputs) / (width + outputs) >= leastWork && this.#work.shape(input) !== undefined
  }

  /** A number that the rows of any batch are a multiple of, those of one image where they are known; or `all`. */
  #rowsOf(input: string, width: number): number {
    const maker = this.#readers.maker(input)
    // Where images and rows are one length, both are unknown; before that they are apart.
    const before = maker?.op === 'Reshape' && maker.domain === '' ? maker.inputs[0]! : input
    const rows = [input, before].map((name) => {
      // An unknown length is a whole number: numbers are a multiple of the product of the known ones, and of the width.
      const known = sizeOf((this.#work.shape(name) ?? []).map((length) => length ?? 1))
      return known / greatestDivisor(known, width)
    })
    const most = Math.max(...rows)
    return most < fewest ? all : most
  }

  #convolve(node: OnnxNode, layer: DenseLayer): void {
    const work = this.#work
    const after = this.#biasAfter(node, layer)
    const input = this.#blocked(layer)
    const rows = this.#rows.get(input)!
    const bias = layer.bias ?? after?.bias
    const weights = work.initializer(weightsOf(layer, work.block), 'dense_weights')
    const inputs = [input, weights]
    if (bias) inputs.push(work.initializer(makeTensor('float', [layer.outputs], bias), 'dense_bias'))
    const made = work.add('Conv', inputs, pointwise, blockedDomain)
    if (after) this.#done.add(after.node)
    if (after?.node.op === 'BiasGelu') {
      this.#settle(after.node.outputs[0]!, work.add('Gelu', [made], {}, 'com.microsoft'), rows)
    } else this.#settle((after?.node ?? node).outputs[0]!, made, rows)
  }

  /** The node that alone reads a layer's output and adds a constant to each row of it. */
  #biasAfter(
    node: OnnxNode,
    layer: DenseLayer,
  ): { readonly node: OnnxNode; readonly bias: Float32Array } | null {
    const output = node.outputs[0]!
    const reader = this.#readers.only(output)
    if (layer.bias || !reader) return null
    const gelu = reader.domain === 'com.microsoft' && reader.op === 'BiasGelu'
    if (!gelu && (reader.domain !== '' || reader.op !== 'Add')) return null
    const other = reader.inputs[reader.inputs[0] === output ? 1 : 0]!
    const bias = rowBias(this.#work.constant(other), layer.outputs)
    const same = sameShape(this.#work.shape(output), this.#work.shape(reader.outputs[0]!))
    return bias && same ? { node: reader, bias } : null
  }

  /** Lets a node work on blocked tensors where all its inputs are, or are single numbers. @returns whether it does */
  #elementwise(node: OnnxNode): boolean {
    const work = this.#work
    if (!isElementwise(node) || makesBooleans(node) || node.outputs.length !== 1) return false
    const output = node.outputs[0]!
    const shape = work.shape(output)
    const twins = node.inputs.map((input) => {
      if (input === '' || work.constant(input)?.data.length === 1) return input
      return sameShape(work.shape(input), shape) ? work.twin(input) : undefined
    })
    if (!twins.every((twin) => twin !== undefined) || !this.#canSettle(output)) return false
    const rows = new Set(twins.flatMap((twin) => this.#rows.get(twin) ?? []))
    if (rows.size !== 1) return false
    this.#settle(output, work.add(node.op, twins, node.attributes, node.domain), [...rows][0]!)
    return true
  }

  /** Another shape with the same last axis has the same rows. */
  #handOn(node: OnnxNode): void {
    const [input, output] = [node.inputs[0], node.outputs[0]]
    if (node.domain !== '' || node.op !== 'Reshape' || input === undefined || output === undefined) return
    const twin = this.#work.twin(input)
    const width = this.#work.shape(input)?.at(-1)
    if (twin === undefined || typeof width !== 'number') return
    if (this.#work.shape(output)?.at(-1) === width) this.#work.pair(output, twin)
  }

  #blocked({ input, width }: DenseLayer): string {
    const known = this.#work.twin(input)
    if (known !== undefined) return known
    const rows = this.#rowsOf(input, width)
    const images = this.#work.view(input, rows === all ? [1, 1, -1, width] : [-1, 1, rows, width])
    const made = this.#work.add('ReorderInput', [images], { channels_last: int(1) }, blockedDomain)
    this.#work.pair(input, made)
    this.#rows.set(made, rows)
    return made
  }

  #canSettle(plain: string): boolean {
    return targetOf(this.#work.shape(plain)) !== null
  }

  /** Gives a plain tensor's name to what a blocked one holds, for whoever still asks for it so. */
  #settle(plain: string, blocked: string, rows: number): void {
    this.#rows.set(blocked, rows)
    const target = targetOf(this.#work.shape(plain))!
    this.#work.pair(plain, blocked)
    const channels = target.at(-1)!
    const attributes = { channels: int(channels), channels_last: int(1) }
    const images = this.#work.add('ReorderOutput', [blocked], attributes, blockedDomain)
    const inputs = [images, this.#work.ints(target)]
    this.#work.keep({ name: plain, op: 'Reshape', domain: '', inputs, outputs: [plain], attributes: {} })
  }
}

/** Laid out whenever it is asked for: all layers' weights at once would be the model over again. */
const weightsOf = (layer: DenseLayer, block: number): OnnxTensor => ({
  type: 'float',
  shape: [layer.outputs, layer.width, 1, 1],
  get data() {
    return blockedWeights(layer, block)
  },
})

const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b))

const pointwise = {
  kernel_shape: ints([1, 1]),
  strides: ints([1, 1]),
  dilations: ints([1, 1]),
  pads: ints([0, 0, 0, 0]),
  group: int(1),
}

/** A shape as Reshape takes it; null where more than one length is unknown, or the last. */
function targetOf(shape: Shape | undefined): readonly number[] | null {
  if (!shape || typeof shape.at(-1) !== 'number') return null
  if (shape.filter((length) => length === null).length > 1) return null
  return shape.map((length) => length ?? -1)
}
