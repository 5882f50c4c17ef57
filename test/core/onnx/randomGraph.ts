import { float, int, ints } from '#core/onnx/attributes'
import { makeTensor } from '#core/onnx/elementTypes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import type { Random } from '#core/tensor/Random'
import { sizeOf } from '#core/tensor/Tensor'

interface Made {
  readonly name: string
  readonly shape: readonly number[]
}

/** What a step of the generator sees: what is there, and how to add to it. */
interface Site {
  readonly b: GraphBuilder
  readonly random: Random
  /** A tensor that is there already, of any shape. */
  pick(): Made
  /** A constant of 64-bit floats. */
  constant(shape: readonly number[]): string
}

type Step = (site: Site) => Made | null

const unary =
  (op: string): Step =>
  ({ b, pick }) => {
    const x = pick()
    return { name: b.node(op, [x.name]), shape: x.shape }
  }

/** f(1 + |x|), for what is defined above zero only. */
const ofPositive =
  (op: string): Step =>
  ({ b, pick }) => {
    const x = pick()
    const above = b.node('Add', [b.node('Abs', [x.name]), b.scalar(1, 'double')])
    return { name: b.node(op, [above]), shape: x.shape }
  }

/** With another tensor of the shape, one that is broadcast to it, or a constant. */
const binary =
  (op: string): Step =>
  ({ b, random, pick, constant }) => {
    const x = pick()
    const other = pick()
    const same = other.shape.join() === x.shape.join()
    const small = x.shape.map((length, axis) => (axis > 0 && random.int(2) === 0 ? 1 : length))
    const y = same ? other.name : constant(random.int(2) === 0 ? small : x.shape.slice(-1))
    const divisor = (): string => b.node('Add', [b.node('Abs', [y]), b.scalar(1, 'double')])
    return { name: b.node(op, [x.name, op === 'Div' ? divisor() : y]), shape: x.shape }
  }

const axisOf = (x: Made, random: Random): number => 1 + random.int(x.shape.length - 1)

/**
 * What may happen to a tensor. Shapes keep their first axis, the batch. Sigmoid is not among them: ONNX Runtime 1.30 fuses it
 * with a product to an operator that it has in 32 bits only.
 */
const steps: readonly Step[] = [
  ...['Relu', 'Abs', 'Neg', 'Tanh', 'Identity', 'Tanh'].map(unary),
  ...['Log', 'Sqrt', 'Reciprocal'].map(ofPositive),
  ...['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min'].map(binary),
  ({ b, pick }) => {
    const x = pick()
    return { name: b.node('Exp', [b.node('Tanh', [x.name])]), shape: x.shape }
  },
  ({ b, random, pick }) => {
    const x = pick()
    const op = random.int(2) === 0 ? 'Softmax' : 'LogSoftmax'
    return { name: b.node(op, [x.name], { axis: int(axisOf(x, random)) }), shape: x.shape }
  },
  ({ b, random, pick, constant }) => {
    const x = pick()
    const inner = x.shape.at(-1)!
    const width = 1 + random.int(4)
    return {
      name: b.node('MatMul', [x.name, constant([inner, width])]),
      shape: [...x.shape.slice(0, -1), width],
    }
  },
  ({ b, pick, constant }) => {
    const x = pick()
    if (x.shape.length !== 2) return null
    const name = b.node('Gemm', [x.name, constant([3, x.shape[1]!]), constant([3])], {
      transB: int(1),
      alpha: float(0.5),
    })
    return { name, shape: [x.shape[0]!, 3] }
  },
  ({ b, random, pick }) => {
    const x = pick()
    const order = random.shuffle(x.shape.slice(1).map((_, i) => i + 1))
    const perm = [0, ...order]
    return {
      name: b.node('Transpose', [x.name], { perm: ints(perm) }),
      shape: perm.map((axis) => x.shape[axis]!),
    }
  },
  ({ b, pick }) => {
    const x = pick()
    const shape = [x.shape[0]!, sizeOf(x.shape.slice(1))]
    return { name: b.node('Reshape', [x.name, b.ints([0, -1])]), shape }
  },
  ({ b, random, pick }) => {
    const x = pick()
    if (x.shape.length > 3) return null
    const axis = 1 + random.int(x.shape.length)
    const shape = [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]
    return { name: b.node('Unsqueeze', [x.name, b.ints([axis])]), shape }
  },
  ({ b, random, pick }) => {
    const [x, y] = [pick(), pick()]
    const axis = axisOf(x, random)
    const fits =
      y.shape.length === x.shape.length && y.shape.every((length, i) => i === axis || length === x.shape[i])
    const other = fits ? y : x
    const shape = x.shape.map((length, i) => (i === axis ? length + other.shape[i]! : length))
    return { name: b.node('Concat', [x.name, other.name], { axis: int(axis) }), shape }
  },
  ({ b, random, pick }) => {
    const x = pick()
    const axis = axisOf(x, random)
    const length = x.shape[axis]!
    const start = random.int(length)
    const name = b.node('Slice', [x.name, b.ints([start]), b.ints([2 ** 31]), b.ints([axis])])
    return { name, shape: x.shape.map((size, i) => (i === axis ? length - start : size)) }
  },
  ({ b, random, pick }) => {
    const x = pick()
    const axis = axisOf(x, random)
    const pads = [...x.shape, ...x.shape].map((_, i) =>
      i === axis ? 1 : i === axis + x.shape.length ? 2 : 0,
    )
    return {
      name: b.node('Pad', [x.name, b.ints(pads)]),
      shape: x.shape.map((size, i) => (i === axis ? size + 3 : size)),
    }
  },
  ({ b, random, pick }) => {
    const x = pick()
    const axis = axisOf(x, random)
    const op = random.int(2) === 0 ? 'ReduceSum' : 'ReduceMean'
    const name =
      op === 'ReduceSum'
        ? b.node(op, [x.name, b.ints([axis])], { keepdims: int(1) })
        : b.node(op, [x.name], { axes: ints([axis]), keepdims: int(1) })
    return { name, shape: x.shape.map((size, i) => (i === axis ? 1 : size)) }
  },
  ({ b, random, pick }) => {
    const x = pick()
    const target = x.shape.map((size, i) => (i > 0 && size === 1 ? 1 + random.int(3) : size))
    return { name: b.node('Expand', [x.name, b.ints(target)]), shape: target }
  },
  ({ b, pick }) => {
    const x = pick()
    if (x.shape.length !== 4 || x.shape[2]! < 2 || x.shape[3]! < 2) return null
    const name = b.node('MaxPool', [x.name], { kernel_shape: ints([2, 2]) })
    return { name, shape: [x.shape[0]!, x.shape[1]!, x.shape[2]! - 1, x.shape[3]! - 1] }
  },
  ({ b, pick }) => {
    const x = pick()
    const squared = b.node('Pow', [x.name, b.scalar(2, 'double')])
    return { name: b.node('Tanh', [squared]), shape: x.shape }
  },
  ({ b, pick }) => {
    const x = pick()
    const positive = b.node('Greater', [x.name, b.scalar(0.1, 'double')])
    return { name: b.node('Where', [positive, x.name, b.node('Neg', [x.name])]), shape: x.shape }
  },
]

/** Tensors larger than this are not built on: differences take a run for each direction, not for each value. */
const largest = 400

/**
 * A random graph in 64-bit floats of operators that have gradient rules: 6 to 14 steps from an input [2, 3, 4, 4] or [2, 5],
 * every tensor that nothing reads an output.
 */
export function randomGraph(random: Random): OnnxGraph {
  const b = new GraphBuilder()
  const shape = random.int(2) === 0 ? [2, 3, 4, 4] : [2, 5]
  const made: Made[] = [{ name: b.input('x', 'double', shape), shape }]
  const site: Site = {
    b,
    random,
    // The newest tensors most often, so that graphs grow deep.
    pick: () => made[Math.max(made.length - 1 - random.int(1 + random.int(made.length)), 0)]!,
    constant: (dims) =>
      b.initializer(
        makeTensor(
          'double',
          dims,
          Float64Array.from({ length: sizeOf(dims) }, () => random.normal(0, 0.7)),
        ),
      ),
  }
  const wanted = 6 + random.int(9)
  for (let tries = 0; made.length <= wanted && tries < 100; tries++) {
    const next = steps[random.int(steps.length)]!(site)
    if (next && sizeOf(next.shape) <= largest) made.push(next)
  }
  const read = new Set(b.nodes.flatMap(({ inputs }) => inputs))
  for (const node of b.nodes) for (const name of node.outputs) if (!read.has(name)) b.output(name)
  return b.build()
}
