import { HalftoneError } from '../errors'
import { arrayClasses, makeTensor, toInt64 } from './elementTypes'
import type {
  Attributes,
  Dimension,
  ElementType,
  OnnxGraph,
  OnnxNode,
  OnnxTensor,
  ValueInfo,
} from './OnnxGraph'

/** What nets that are built by hand are written against: every operator in it is in ONNX Runtime since 1.14. */
const newGraph: OnnxGraph = {
  name: 'graph',
  irVersion: 8,
  opsets: new Map([['', 17]]),
  inputs: [],
  outputs: [],
  nodes: [],
  initializers: new Map(),
  metadata: new Map(),
  functions: [],
}

/**
 * Adds to a graph: its own nodes stay as they are, everything new gets a fresh name. Tensors go by name.
 * Nodes must be added in order of execution.
 */
export class GraphBuilder {
  readonly #base: OnnxGraph
  readonly #nodes: OnnxNode[]
  readonly #initializers: Map<string, OnnxTensor>
  readonly #inputs: ValueInfo[]
  readonly #outputs: ValueInfo[]
  readonly #taken = new Set<string>()
  readonly #shared = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  constructor(base: OnnxGraph = newGraph) {
    this.#base = base
    this.#nodes = [...base.nodes]
    this.#initializers = new Map(base.initializers)
    this.#inputs = [...base.inputs]
    this.#outputs = [...base.outputs]
    for (const { name } of base.inputs) this.#taken.add(name)
    for (const name of base.initializers.keys()) this.#taken.add(name)
    for (const node of base.nodes) {
      // New nodes are called like their first outputs, and no two nodes may have one name.
      this.#taken.add(node.name)
      for (const output of node.outputs) this.#taken.add(output)
    }
  }

  /** Version of ONNX's own operator set, which decides how some operators are written. */
  get opset(): number {
    return this.#base.opsets.get('') ?? 1
  }

  get nodes(): readonly OnnxNode[] {
    return this.#nodes
  }

  get inputs(): readonly ValueInfo[] {
    return this.#inputs
  }

  get outputs(): readonly ValueInfo[] {
    return this.#outputs
  }

  /** The constant of that name, undefined when it is computed or an input. */
  constant(name: string): OnnxTensor | undefined {
    return this.#initializers.get(name)
  }

  /** Adds an input; its name is kept as given. @throws HalftoneError `conflict` when the name is taken. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): string {
    this.#claim(name)
    this.#inputs.push({ name, type, shape })
    return name
  }

  /** Makes a tensor an output of the graph. Type and shape may be left to ONNX Runtime. */
  output(name: string, type?: ElementType, shape?: readonly Dimension[]): string {
    this.#outputs.push({ name, ...(type && { type }), ...(shape && { shape }) })
    return name
  }

  clearOutputs(): void {
    this.#outputs.length = 0
  }

  /** Adds a constant under a fresh name that begins with the hint. */
  initializer(tensor: OnnxTensor, hint = 'constant'): string {
    const name = this.fresh(hint)
    this.#initializers.set(name, tensor)
    return name
  }

  /** Takes a constant away so that an input or another constant can carry its name. */
  removeInitializer(name: string): OnnxTensor | undefined {
    const held = this.#initializers.get(name)
    if (this.#initializers.delete(name)) this.#taken.delete(name)
    return held
  }

  /** An int64 list (axes, shapes, pads); the same list is stored once. */
  ints(values: readonly number[]): string {
    return this.#once(`ints ${values.join(' ')}`, () =>
      makeTensor('int64', [values.length], BigInt64Array.from(values, toInt64)),
    )
  }

  /** A scalar of a numeric type; the same scalar is stored once. */
  scalar(value: number, type: 'float' | 'double' | 'int64' | 'bool' = 'float'): string {
    return this.#once(`${type} ${Object.is(value, -0) ? '-0' : value}`, () =>
      type === 'int64'
        ? makeTensor(type, [], BigInt64Array.of(toInt64(value)))
        : makeTensor(type, [], arrayClasses[type].of(value)),
    )
  }

  floats(values: ArrayLike<number>, shape: readonly number[], hint = 'weights'): string {
    return this.initializer(makeTensor('float', shape, Float32Array.from(values)), hint)
  }

  /** Adds a node with one output and gives that output's name. An empty input name leaves an optional input out. */
  node(op: string, inputs: readonly string[], attributes: Attributes = {}, hint = op): string {
    return this.nodeWithOutputs(op, inputs, 1, attributes, hint)[0]!
  }

  /** Adds a node with several outputs. */
  nodeWithOutputs(
    op: string,
    inputs: readonly string[],
    count: number,
    attributes: Attributes = {},
    hint = op,
  ): readonly string[] {
    const outputs = Array.from({ length: count }, () => this.fresh(hint))
    this.#nodes.push({ name: outputs[0]!, op, domain: '', inputs, outputs, attributes })
    return outputs
  }

  /** The hint itself when no tensor carries it, else a variant that none does; it is not taken by asking. */
  free(hint: string): string {
    let name = hint
    for (let count = 1; this.#taken.has(name); count++) name = `${hint}_${count}`
    return name
  }

  /** A name that nothing in the graph carries yet, now taken. */
  fresh(hint: string): string {
    let count = this.#counts.get(hint) ?? 0
    let name = hint
    while (this.#taken.has(name)) name = `${hint}_${++count}`
    this.#counts.set(hint, count)
    this.#taken.add(name)
    return name
  }

  build(name = this.#base.name): OnnxGraph {
    return {
      ...this.#base,
      name,
      inputs: [...this.#inputs],
      outputs: [...this.#outputs],
      nodes: [...this.#nodes],
      initializers: new Map(this.#initializers),
    }
  }

  #claim(name: string): void {
    if (this.#taken.has(name)) {
      throw new HalftoneError(
        'conflict',
        `The graph already has a tensor called '${name}'. Choose another name.`,
      )
    }
    this.#taken.add(name)
  }

  #once(key: string, make: () => OnnxTensor): string {
    const known = this.#shared.get(key)
    if (known !== undefined && this.#initializers.has(known)) return known
    const name = this.initializer(make(), `const_${key.replaceAll(/[^\w.-]+/g, '_')}`)
    this.#shared.set(key, name)
    return name
  }
}
