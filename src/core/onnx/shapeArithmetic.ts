import type { OnnxGraph } from './OnnxGraph'

/** What exporters compute shapes, bounds and indices with; each gives the same result for the same inputs. */
const operators: ReadonlySet<string> = new Set(
  (
    'Add Cast Ceil Concat Constant ConstantOfShape Div Equal Expand Floor Gather Greater Identity Less Max Min Mod Mul Neg ' +
    'Not Range ReduceProd Reshape ScatterND Shape Size Slice Squeeze Sub Transpose Unsqueeze Where'
  ).split(' '),
)

/** The tensors that depend on shapes and constants alone, not on what the inputs hold. */
export function shapeArithmetic(graph: OnnxGraph): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { op, domain, inputs, outputs } of graph.nodes) {
    const settled = (name: string): boolean =>
      name === '' || found.has(name) || (graph.initializers.has(name) && !isInput(graph, name))
    const own = op === 'Shape' || op === 'Size' || inputs.every(settled)
    if (domain === '' && operators.has(op) && own) for (const output of outputs) found.add(output)
  }
  return found
}

const isInput = (graph: OnnxGraph, name: string): boolean => graph.inputs.some((info) => info.name === name)
