import type { GraphRunner, RunTensor } from './facts'
import type { OnnxGraph } from './OnnxGraph'
import { pruneGraph } from './prune'
import type { Shapes } from './shapeProbe'
import { writeModel } from './writeModel'

/**
 * Where the arithmetic on lengths is tried besides at two and three images: at one, where much is special, and above the
 * limits that a net may set, such as the groups of `min(images, 4)` of a standard deviation over the batch. In this order: what
 * grows faster than the batch shows at one image, before it is large.
 */
const tried = [1, 64]

/**
 * True when what a graph computes of lengths is the same for any number of images, or grows by equal steps with it, as two
 * and three images had it: then what these agree on is a constant. Whatever else an operator makes of the batch, a remainder
 * or the smaller of two, may agree at two and three and nowhere else. Only that arithmetic is run, not the net.
 * @param two what a run with two images told, `three` one with three
 */
export async function areLengthsStraight(
  graph: OnnxGraph,
  two: Shapes,
  three: Shapes,
  run: GraphRunner,
): Promise<boolean> {
  const isSettled = (name: string): boolean => two.values.has(name)
  const arithmetic = graph.nodes.filter(({ outputs }) => outputs.some(isSettled))
  const lengths = new Set(
    arithmetic.filter(({ op, inputs }) => (op === 'Shape' || op === 'Size') && !isSettled(inputs[0]!)),
  )
  const given = [...lengths].map(({ outputs }) => outputs[0]!)
  const nodes = arithmetic.filter((node) => !lengths.has(node))
  const following = new Set(given)
  for (const { inputs, outputs } of nodes) {
    if (inputs.some((name) => following.has(name))) for (const name of outputs) following.add(name)
  }
  const checked = nodes.flatMap(({ outputs }) => outputs.filter((name) => following.has(name)))
  if (checked.length === 0) return true
  const model = writeModel(
    pruneGraph({
      ...graph,
      nodes,
      inputs: given.map((name) => ({ name, type: 'int64', shape: two.values.get(name)!.dims })),
      outputs: checked.map((name) => ({ name })),
    }),
  )
  const values = (name: string): readonly [RunTensor, RunTensor] => [
    two.values.get(name)!,
    three.values.get(name)!,
  ]
  for (const count of tried) {
    const fed = Object.fromEntries(given.map((name) => [name, onLine(...values(name), count)]))
    let found
    try {
      found = await run(model, fed)
    } catch {
      return false
    }
    if (!checked.every((name) => isOnLine(...values(name), found[name]!, count))) return false
  }
  return true
}

/** The value at another number of images if it grows by equal steps. */
const line = (two: number, three: number, count: number): number => two + (three - two) * (count - 2)

function onLine(two: RunTensor, three: RunTensor, count: number): RunTensor {
  const data = Array.from(two.data, (value, i) => BigInt(line(Number(value), Number(three.data[i]), count)))
  return { type: 'int64', dims: two.dims, data: BigInt64Array.from(data) }
}

/** Whether lengths, and what is no length but the same at two and three images, are as expected. */
function isOnLine(two: RunTensor, three: RunTensor, found: RunTensor, count: number): boolean {
  const { dims } = found
  if (!dims.every((length, axis) => length === line(two.dims[axis]!, three.dims[axis]!, count))) return false
  // One value for each image, or so: only its length is a length.
  if (two.data.length !== three.data.length) return true
  const isWhole = two.type === 'int64' || two.type === 'int32'
  return Array.from(two.data).every((value, i) => {
    const [again, here] = [three.data[i], found.data[i]]
    if (value === again) return here === value
    return !isWhole || Number(here) === line(Number(value), Number(again), count)
  })
}
