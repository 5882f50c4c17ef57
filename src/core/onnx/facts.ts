import { HalftoneError } from '../errors'
import { isFloating } from './elementTypes'
import { inferTypes } from './inferTypes'
import type { ElementType, OnnxGraph, OnnxTensor, ValueInfo } from './OnnxGraph'
import { makeProbe, shapesAt, zeroWeights, type Shapes } from './shapeProbe'
import { areLengthsStraight } from './straightLengths'
import { layerWeights } from './withoutWeights'

/** What goes into and comes out of a run: `data` is the element type's array, row-major. */
export interface RunTensor {
  readonly type: ElementType
  readonly dims: readonly number[]
  readonly data: ArrayLike<number | bigint | boolean | string>
}

/** Runs a model once and forgets it. Handed in, so that the core needs no engine of its own. */
export type GraphRunner = (
  model: Uint8Array,
  feeds: Readonly<Record<string, RunTensor>>,
) => Promise<Readonly<Record<string, RunTensor>>>

/** Type and lengths of one tensor; a length that follows the batch is null. */
export interface Fact {
  readonly type: ElementType
  readonly shape: readonly (number | null)[]
}

export interface Facts {
  readonly tensors: ReadonlyMap<string, Fact>
  /** 'free' when the model takes any number of images at once, else the one number that it takes. */
  readonly batch: 'free' | number
  /** What is computed from shapes and comes out the same at every batch size: bounds, pads and indices as exporters write them. */
  readonly constants?: ReadonlyMap<string, OnnxTensor>
}

/**
 * Learns every tensor's shape by running the graph on zeros at two batch sizes, with a Shape node behind each tensor:
 * whatever an operator does, ONNX Runtime says what comes out, and what differs follows the batch. The weights of layers are
 * zeros too: a large model would otherwise be written, read and held several times over. Where the arithmetic on lengths bends
 * at other numbers of images, what it comes to is known for one number only: the model's own, or one.
 * @throws HalftoneError `unsupported` when an input's length other than the batch is unknown, `unreadable-file` when the
 *   model does not run.
 */
export async function learnFacts(graph: OnnxGraph, run: GraphRunner): Promise<Facts> {
  const weights = layerWeights(graph)
  if (weights.size > 0) {
    try {
      return await learnWithout(weights, graph, run)
    } catch (cause) {
      if (cause instanceof HalftoneError && cause.code === 'unsupported') throw cause
      // With its own weights it runs, or shows what is wrong with it and not with the zeros.
    }
  }
  return await learnWithout(new Set(), graph, run)
}

async function learnWithout(
  weights: ReadonlySet<string>,
  graph: OnnxGraph,
  run: GraphRunner,
): Promise<Facts> {
  const fixed = fixedBatch(graph)
  const fed = zeroWeights(graph, weights)
  const at = async (source: OnnxGraph, ...batches: readonly number[]): Promise<Shapes[]> => {
    const probe = makeProbe(source, weights)
    const found: Shapes[] = []
    for (const batch of batches) found.push(await shapesAt(source, probe, fed, run, batch))
    return found
  }
  const atOne = async (batch: number): Promise<Facts> => {
    const [only] = (await at(graph, batch)) as [Shapes]
    return { batch, tensors: combine(graph, only, only), constants: unchanged(only, only) }
  }
  try {
    const free = withFreeBatch(graph)
    const [two, three] = (await at(free, 2, 3)) as [Shapes, Shapes]
    const tensors = combine(graph, two, three)
    const follows = graph.outputs.some(({ name }) => tensors.get(name)?.shape.includes(null))
    // A Resize to constant sizes, for one, brings any batch to the one that the file was saved for, and mixes images.
    if ((fixed === undefined || follows) && (await areLengthsStraight(free, two, three, run)))
      return { batch: 'free', tensors, constants: unchanged(two, three) }
    return await atOne(fixed ?? 1)
  } catch (cause) {
    if (cause instanceof HalftoneError && cause.code === 'unsupported') throw cause
    try {
      return await atOne(fixed ?? 1)
    } catch {
      throw new HalftoneError(
        'unreadable-file',
        `The model does not run, neither for a free number of images nor for ${fixed ?? 1}: ${messageOf(cause)}`,
        { cause },
      )
    }
  }
}

/**
 * The graph with the batch axis named 'batch': the first axis of every input that leaves it open, or, in a file that was
 * saved for one number of images, of the first input. Other inputs (parameters in training) keep their shapes.
 */
export function withFreeBatch(graph: OnnxGraph): OnnxGraph {
  const open = graph.inputs.filter(({ shape }) => shape && shape.length > 0 && typeof shape[0] !== 'number')
  const batched = new Set(open.length > 0 ? open : graph.inputs.slice(0, 1))
  return {
    ...graph,
    inputs: graph.inputs.map((info) => (batched.has(info) ? freed(info) : info)),
    outputs: graph.outputs.map(({ name }) => ({ name })),
  }
}

const freed = (info: ValueInfo): ValueInfo =>
  info.shape && info.shape.length > 0 ? { ...info, shape: ['batch', ...info.shape.slice(1)] } : info

function fixedBatch(graph: OnnxGraph): number | undefined {
  const first = graph.inputs[0]?.shape?.[0]
  return typeof first === 'number' ? first : undefined
}

/** More elements than bounds, pads, or the indices of an axis have. */
const largestConstant = 2 ** 16

/** The tensors of shape arithmetic that two runs agree on. */
function unchanged(one: Shapes, other: Shapes): ReadonlyMap<string, OnnxTensor> {
  const constants = new Map<string, OnnxTensor>()
  for (const [name, { type, dims, data }] of one.values) {
    const again = other.values.get(name)
    if (data.length > largestConstant || again?.data.length !== data.length) continue
    const same = dims.every((length, axis) => length === again.dims[axis])
    if (!same || Array.from(data).some((value, i) => value !== again.data[i])) continue
    constants.set(name, { type, shape: dims, data } as OnnxTensor)
  }
  return constants
}

function combine(graph: OnnxGraph, at: Shapes, other: Shapes): ReadonlyMap<string, Fact> {
  const tensors = new Map<string, Fact>()
  const types = inferTypes(graph)
  for (const [name, { type, shape }] of graph.initializers) tensors.set(name, { type, shape })
  for (const [name, shape] of at.shapes) {
    const again = other.shapes.get(name)!
    tensors.set(name, {
      type: types.get(name) ?? 'float',
      shape: shape.map((length, axis) => (again[axis] === length ? length : null)),
    })
  }
  return tensors
}

/** The fact of a tensor that the graph has. @throws HalftoneError `not-found` for a name that it does not have. */
export function factOf(facts: Facts, name: string): Fact {
  const fact = facts.tensors.get(name)
  if (!fact) throw new HalftoneError('not-found', `The model has no tensor called '${name}'.`)
  return fact
}

/** True for tensors that can carry a gradient. */
export function carriesGradient(facts: Facts, name: string): boolean {
  const fact = facts.tensors.get(name)
  return fact !== undefined && isFloating(fact.type)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** True for a first axis that counts images. */
export function isBatched(facts: Facts, length: number | null): boolean {
  return facts.batch === 'free' ? length === null : length === facts.batch
}
