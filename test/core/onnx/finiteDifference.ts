import { expect } from 'vitest'
import { backward } from '#core/onnx/backward'
import { learnFacts } from '#core/onnx/facts'
import type { RunTensor } from '#core/onnx/facts'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { Attributes, OnnxGraph, OnnxTensor } from '#core/onnx/OnnxGraph'
import { writeModel } from '#core/onnx/writeModel'
import { Random } from '#core/tensor/Random'
import { sizeOf } from '#core/tensor/Tensor'
import { openGraph, runGraph } from '../../support/ort'

/** One graph to differentiate: a single node, or whatever `build` makes of the inputs. */
export interface Row {
  /** Shapes of the float inputs; 'n' is the batch. */
  readonly inputs: readonly (readonly (number | 'n')[])[]
  readonly attributes?: Attributes
  /** Constant inputs that follow the float ones: int64 lists; a number is a float scalar, '' is left out. */
  readonly constants?: readonly (readonly number[] | number | '')[]
  readonly build?: (builder: GraphBuilder, names: readonly string[]) => string | readonly string[]
  readonly opset?: number
  /** Values above zero only. */
  readonly positive?: boolean
  /** How many inputs, from the first, get a gradient; all by default. */
  readonly differentiated?: number
  readonly tolerance?: number
}

/** Operators that ONNX Runtime's CPU back end also runs in 64 bits: their differences are far sharper. */
const inDouble = new Set(
  (
    'Abs Add BatchNormalization Concat Div Exp Expand Flatten Gemm Identity Log LogSoftmax MatMul Max MaxPool ' +
    'Min Mul Neg Pad Pow ReduceMean ReduceSum Reciprocal Relu Reshape Slice Softmax Sqrt Squeeze Sub Sum Tanh ' +
    'Transpose Unsqueeze'
  ).split(' '),
)

interface Precision {
  readonly type: 'float' | 'double'
  readonly step: number
  readonly tolerance: number
}

function precisionOf(op: string, row: Row): Precision {
  return inDouble.has(op) && !row.build
    ? { type: 'double', step: 1e-4, tolerance: 1e-5 }
    : { type: 'float', step: 0.01, tolerance: row.tolerance ?? 2e-3 }
}

type Numbers = Float32Array | Float64Array

function tensorOf({ type }: Precision, values: ArrayLike<number>, dims: readonly number[]): RunTensor {
  return { type, dims, data: type === 'double' ? Float64Array.from(values) : Float32Array.from(values) }
}

/** Values that differ from each other and from zero by more than the step, so that no kink lies between. */
function values(random: Random, size: number, positive: boolean): Float64Array {
  const order = random.shuffle(Array.from({ length: size }, (_, i) => i))
  return Float64Array.from(
    order,
    (i) => (positive ? 0.3 : -0.05 * size + 0.05) + 0.1 * i + (size % 2 ? 0.04 : 0),
  )
}

function graphOf(
  op: string,
  row: Row,
  fixed: ReadonlyMap<number, RunTensor>,
  { type }: Precision,
): { graph: OnnxGraph; names: string[] } {
  const builder = new GraphBuilder({
    ...new GraphBuilder().build(),
    opsets: new Map([['', row.opset ?? 17]]),
  })
  const names = row.inputs.map((shape, i) => {
    const constant = fixed.get(i)
    return constant
      ? builder.initializer({ type, shape: constant.dims, data: constant.data } as OnnxTensor)
      : builder.input(
          `x${i}`,
          type,
          shape.map((length) => (length === 'n' ? 'batch' : length)),
        )
  })
  const rest = (row.constants ?? []).map((value) =>
    value === '' ? '' : typeof value === 'number' ? builder.scalar(value, type) : builder.ints(value),
  )
  const made = row.build?.(builder, names) ?? builder.node(op, [...names, ...rest], row.attributes)
  for (const name of [made].flat()) builder.output(name)
  return { graph: builder.build(), names }
}

/**
 * Compares the gradients that backward() writes with central differences, for all inputs as variables, and again with those
 * after the first as constants that do not follow the batch.
 */
export async function checkGradients(op: string, row: Row): Promise<void> {
  await compare(op, row, false)
  if (row.inputs.slice(1).some(isFixed)) await compare(op, row, true)
}

const isFixed = (shape: readonly (number | 'n')[]): boolean => !shape.includes('n')

async function compare(op: string, row: Row, constants: boolean): Promise<void> {
  const precision = precisionOf(op, row)
  const { step, type } = precision
  const random = new Random(`${op} ${JSON.stringify(row.inputs)}`)
  const feeds = row.inputs.map((shape) => {
    const dims = shape.map((length) => (length === 'n' ? 2 : length))
    return tensorOf(precision, values(random, sizeOf(dims), row.positive ?? false), dims)
  })
  const fixed = new Map(
    constants
      ? feeds.map((feed, i) => [i, feed] as const).filter(([i]) => i > 0 && isFixed(row.inputs[i]!))
      : [],
  )
  const { graph, names } = graphOf(op, row, fixed, precision)
  const wrt = names.slice(0, constants ? 1 : (row.differentiated ?? names.length))
  const facts = await learnFacts(graph, runGraph)
  const builder = new GraphBuilder(graph)
  const cotangents = graph.outputs.map(({ name }, i) => {
    const { shape } = facts.tensors.get(name)!
    return builder.input(`cotangent${i}`, type, shape)
  })
  const seeds = new Map(graph.outputs.map(({ name }, i) => [name, cotangents[i]!]))
  const gradients = backward(builder, { facts, seeds, wrt })
  for (const gradient of gradients.values()) if (gradient !== null) builder.output(gradient)
  const forward = await openGraph(writeModel(graph))
  const whole = await openGraph(writeModel(builder.build()))
  try {
    const inputs = Object.fromEntries(wrt.map((name, i) => [name, feeds[i]!]))
    for (const [i, name] of names.entries()) if (!fixed.has(i)) inputs[name] = feeds[i]!
    const results = await forward.run(inputs)
    const weights = graph.outputs.map(({ name }) => {
      const { dims } = results[name]!
      return tensorOf(
        precision,
        Array.from({ length: sizeOf(dims) }, () => random.uniform(-1, 1)),
        dims,
      )
    })
    const out = await whole.run({
      ...inputs,
      ...Object.fromEntries(cotangents.map((name, i) => [name, weights[i]!])),
    })
    for (const name of wrt) {
      const held = inputs[name]!.data as Numbers
      const found = gradients.get(name)
      if (found === null || found === undefined) expect.fail(`no gradient for ${name}`)
      expect(out[found]!.dims, `shape of the gradient of ${name}`).toEqual([...inputs[name]!.dims])
      for (let at = 0; at < held.length; at++) {
        const before = held[at]!
        const ends: number[] = []
        for (const sign of [1, -1]) {
          held[at] = before + sign * step
          const moved = await forward.run(inputs)
          ends.push(graph.outputs.reduce((sum, output, i) => sum + dot(moved[output.name]!, weights[i]!), 0))
        }
        held[at] = before + step
        const above = held[at]!
        held[at] = before - step
        const span = above - held[at]!
        held[at] = before
        const expected = (ends[0]! - ends[1]!) / span
        const actual = (out[found]!.data as Numbers)[at]!
        const allowed = precision.tolerance * Math.max(1, Math.abs(expected))
        expect(
          Math.abs(actual - expected),
          `${name}[${at}]: ${actual}, by differences ${expected}`,
        ).toBeLessThan(allowed)
      }
    }
  } finally {
    await forward.close()
    await whole.close()
  }
}

function dot(a: RunTensor, b: RunTensor): number {
  let sum = 0
  for (let i = 0; i < a.data.length; i++) sum += Number(a.data[i]) * Number(b.data[i])
  return sum
}
