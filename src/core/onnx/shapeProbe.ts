import { HalftoneError } from '../errors'
import { arrayClasses } from './elementTypes'
import type { GraphRunner, RunTensor } from './facts'
import { GraphBuilder } from './GraphBuilder'
import type { ElementType, OnnxGraph, ValueInfo } from './OnnxGraph'
import { shapeArithmetic } from './shapeArithmetic'
import { withoutWeights } from './withoutWeights'
import { writeModel } from './writeModel'

/** What a run told. */
export interface Shapes {
  readonly shapes: ReadonlyMap<string, readonly number[]>
  /** The tensors that depend on shapes alone. */
  readonly values: ReadonlyMap<string, RunTensor>
}

/** A graph that tells the shapes of another's tensors. */
export interface Probe {
  /** An ONNX file; null where there is nothing to tell. */
  readonly model: Uint8Array | null
  /** The output that tells the shape of each tensor. */
  readonly shapeOf: ReadonlyMap<string, string>
  readonly settled: ReadonlySet<string>
}

/** @param weights constants that are fed instead, see {@link zeroWeights} */
export function makeProbe(graph: OnnxGraph, weights: ReadonlySet<string>): Probe {
  const builder = new GraphBuilder(withoutWeights(graph, weights))
  // The graph's own outputs stay: without them ONNX Runtime may infer a shape and never run what would fail.
  const shapeOf = new Map<string, string>()
  // The runtime takes nodes that nothing follows from the last to the first, each with what it needs. So every shape is read as
  // soon as its tensor is there, and no tensor is held until the end of the run.
  for (const node of graph.nodes.toReversed()) {
    for (const output of node.outputs) {
      if (output !== '') shapeOf.set(output, builder.output(builder.node('Shape', [output]), 'int64'))
    }
  }
  const settled = shapeArithmetic(graph)
  const asked = new Set(graph.outputs.map(({ name }) => name))
  for (const name of settled) if (!asked.has(name) && name !== '') builder.output(name)
  return { model: shapeOf.size > 0 ? writeModel(builder.build()) : null, shapeOf, settled }
}

/**
 * The lengths of all tensors for so many images.
 * @param graph that of which the probe was made
 * @throws HalftoneError `unsupported` when an input's length other than the batch is unknown, and whatever the runner throws
 */
export async function shapesAt(
  graph: OnnxGraph,
  { model, shapeOf, settled }: Probe,
  weights: Readonly<Record<string, RunTensor>>,
  run: GraphRunner,
  batch: number,
): Promise<Shapes> {
  const feeds = Object.fromEntries(graph.inputs.map((info) => [info.name, zeros(info, batch)]))
  const results = model ? await run(model, { ...feeds, ...weights }) : {}
  const shapes = new Map<string, readonly number[]>()
  for (const [name, { dims }] of Object.entries(feeds)) shapes.set(name, dims)
  for (const [name, shape] of shapeOf) shapes.set(name, Array.from(results[shape]!.data, Number))
  const values = new Map(
    [...settled].flatMap((name) => (results[name] ? [[name, results[name]] as const] : [])),
  )
  return { shapes, values }
}

/** Zeros in place of floating-point weights, all of them views of the same memory. */
export function zeroWeights(
  { initializers }: OnnxGraph,
  names: ReadonlySet<string>,
): Readonly<Record<string, RunTensor>> {
  const taken = [...initializers].filter(([name]) => names.has(name))
  const bytes = taken.map(([, { type, data }]) => (type === 'double' ? 8 : 4) * data.length)
  const memory = new ArrayBuffer(bytes.reduce((most, each) => Math.max(most, each), 0))
  return Object.fromEntries(
    taken.map(([name, { type, shape, data }]) => {
      const Elements = type === 'double' ? Float64Array : Float32Array
      return [name, { type, dims: shape, data: new Elements(memory, 0, data.length) }]
    }),
  )
}

function zeros(info: ValueInfo, batch: number): RunTensor {
  const { name, type = 'float', shape } = info
  const dims = (shape ?? []).map((length, axis) => {
    if (typeof length === 'number') return length
    if (axis === 0 || length === 'batch' || length === shape?.[0]) return batch
    throw new HalftoneError(
      'unsupported',
      `Input '${name}' has the free length '${length ?? '?'}' at axis ${axis}. Only the batch (axis 0) may be free: ` +
        'save the model with a fixed image size.',
    )
  })
  const size = dims.reduce((product, length) => product * length, 1)
  if (size > 2 ** 30) {
    throw new HalftoneError(
      'unsupported',
      `Input '${name}' has ${size} values per run, more than can be handled.`,
    )
  }
  return { type, dims, data: emptyArray(type, size) }
}

function emptyArray(type: ElementType, size: number): RunTensor['data'] {
  if (type === 'string') return new Array<string>(size).fill('')
  return new arrayClasses[type](size)
}
