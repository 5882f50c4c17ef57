import { int } from '../attributes'
import type { Shapes } from '../inferredShapes'
import type { Attributes, OnnxGraph, OnnxNode, OnnxTensor } from '../OnnxGraph'
import { makeTensor, toInt64 } from '../elementTypes'

/** ONNX Runtime's own operators on the blocked layout. */
export const blockedDomain = 'com.microsoft.nchwc'

export type Shape = readonly (number | null)[]

/** True for two known shapes of the same lengths; lengths that follow the batch are the same everywhere. */
export const sameShape = (a: Shape | undefined, b: Shape | undefined): boolean =>
  a !== undefined && a.length === b?.length && a.every((length, axis) => length === b[axis])

/**
 * A graph being rewritten node by node, in which some tensors exist twice: as [n, c, h, w], and blocked, with the channels
 * of one block side by side, [n, c / block, h, w, block] in memory. ONNX Runtime calls both by the shape [n, c, h, w].
 */
export class BlockedGraph {
  readonly block: number
  readonly #base: OnnxGraph
  readonly #shapes: Shapes
  readonly #nodes: OnnxNode[] = []
  readonly #initializers: Map<string, OnnxTensor>
  /** The blocked tensor that holds the same as a plain one. */
  readonly #twins = new Map<string, string>()
  /** Blocked tensors that another one stands for now. */
  readonly #aliases = new Map<string, string>()
  readonly #made = new Map<string, Shape>()
  readonly #taken: Set<string>
  #count = 0

  constructor(base: OnnxGraph, shapes: Shapes, block: number) {
    this.#base = base
    this.#shapes = shapes
    this.block = block
    this.#initializers = new Map(base.initializers)
    this.#taken = new Set([
      ...base.inputs.map(({ name }) => name),
      ...base.initializers.keys(),
      ...base.nodes.flatMap(({ outputs }) => outputs),
    ])
  }

  /** The shape of a tensor as far as it is known; null for a length that follows the batch. */
  shape(name: string): Shape | undefined {
    return this.#initializers.get(name)?.shape ?? this.#shapes.get(name) ?? this.#made.get(name)
  }

  /** Says that a new tensor has the shape of another one. */
  shapeLike(name: string, like: string): void {
    const shape = this.shape(like)
    if (shape) this.#made.set(name, shape)
  }

  constant(name: string): OnnxTensor | undefined {
    return this.#initializers.get(name)
  }

  twin(plain: string): string | undefined {
    return this.#twins.get(plain)
  }

  /** Says that a blocked tensor holds what a plain one holds. */
  pair(plain: string, blocked: string): void {
    this.#twins.set(plain, blocked)
  }

  /** From here on `to` is read wherever `from` was. */
  alias(from: string, to: string): void {
    this.#aliases.set(from, to)
  }

  /** The node with what stands for its inputs now. */
  current(node: OnnxNode): OnnxNode {
    if (!node.inputs.some((input) => this.#aliases.has(input))) return node
    return { ...node, inputs: node.inputs.map((input) => this.#aliases.get(input) ?? input) }
  }

  /** Takes a node over as it is. */
  keep(node: OnnxNode): void {
    this.#nodes.push(node)
  }

  add(op: string, inputs: readonly string[], attributes: Attributes = {}, domain = ''): string {
    return this.addSeveral(op, inputs, 1, attributes, domain)[0]!
  }

  /** Adds a node with several outputs. */
  addSeveral(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes: Attributes = {},
    domain = '',
  ): readonly string[] {
    const outputs = Array.from({ length: count }, () => this.#fresh(`blocked_${op}`))
    this.#nodes.push({ name: outputs[0]!, op, domain, inputs, outputs, attributes })
    return outputs
  }

  /** The blocked form of a plain tensor of floats, made where there is none yet. */
  blocked(plain: string): string {
    const known = this.#twins.get(plain)
    if (known !== undefined) return known
    const made = this.add('ReorderInput', [plain], { channels_last: int(0) }, blockedDomain)
    this.#twins.set(plain, made)
    return made
  }

  /** Gives a plain tensor's name to what a blocked one holds: read in plain form by whoever still asks for it. */
  settle(plain: string, blocked: string, channels: number): void {
    this.#twins.set(plain, blocked)
    this.#nodes.push({
      name: plain,
      op: 'ReorderOutput',
      domain: blockedDomain,
      inputs: [blocked],
      outputs: [plain],
      attributes: { channels: int(channels), channels_last: int(0) },
    })
  }

  /** The same numbers by another shape; -1 for one length that follows from the rest. */
  view(x: string, shape: readonly number[]): string {
    return this.add('Reshape', [x, this.ints(shape)])
  }

  ints(values: readonly number[]): string {
    const name = `blocked_ints_${values.join('_')}`
    if (!this.#initializers.has(name)) {
      this.#initializers.set(name, makeTensor('int64', [values.length], BigInt64Array.from(values, toInt64)))
    }
    return name
  }

  initializer(tensor: OnnxTensor, hint: string): string {
    const name = this.#fresh(hint)
    this.#initializers.set(name, tensor)
    return name
  }

  build(): OnnxGraph {
    return {
      ...this.#base,
      opsets: new Map(this.#base.opsets).set(blockedDomain, 1),
      nodes: this.#nodes,
      initializers: this.#initializers,
    }
  }

  #fresh(hint: string): string {
    let name: string
    do name = `${hint}_${++this.#count}`
    while (this.#taken.has(name))
    this.#taken.add(name)
    return name
  }
}
