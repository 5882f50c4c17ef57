import { float, floats, int, ints, string } from '#core/onnx/attributes'
import { elementCodes, makeTensor } from '#core/onnx/elementTypes'
import type { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { Row } from './finiteDifference'

/** Looser where the step's own error is larger. */
const normal = { tolerance: 5e-3 }

const unary: Record<string, Row> = { plain: { inputs: [['n', 3, 2]] } }

const reduction: Record<string, Row> = {
  'inner axes dropped': {
    inputs: [['n', 3, 2, 2]],
    attributes: { axes: ints([-3, 2]), keepdims: int(0) },
    tolerance: 5e-3,
  },
  everything: { inputs: [['n', 3]], attributes: { keepdims: int(0) } },
  'axes as input': { inputs: [['n', 2, 3]], constants: [[-1]], opset: 18 },
}

/** A Gather along an axis with constant indices of any shape. */
function gather(
  axis: number,
  shape: readonly number[],
  indices: readonly number[],
): NonNullable<Row['build']> {
  const tensor = makeTensor('int64', shape, BigInt64Array.from(indices, BigInt))
  return (b, [x]) => b.node('Gather', [x!, b.initializer(tensor)], { axis: int(axis) })
}

const table = (b: GraphBuilder, shape: readonly number[], indices: readonly number[]): string =>
  b.initializer(makeTensor('int64', shape, BigInt64Array.from(indices, BigInt)))

function gatherElements(
  axis: number,
  shape: readonly number[],
  indices: readonly number[],
): NonNullable<Row['build']> {
  return (b, [x]) => b.node('GatherElements', [x!, table(b, shape, indices)], { axis: int(axis) })
}

function gatherND(shape: readonly number[], indices: readonly number[]): NonNullable<Row['build']> {
  return (b, [x]) => b.node('GatherND', [x!, table(b, shape, indices)])
}

/** The length of an axis as exporters compute it, next to a free batch. */
const lengthOf = (b: GraphBuilder, x: string, axis: number): string =>
  b.node('Gather', [b.node('Shape', [x]), b.ints([axis])])

/** Indices that are computed: 1 where a number is above zero, else 0. */
const chosen = (b: GraphBuilder, y: string): string =>
  b.node('Cast', [b.node('Greater', [y, b.scalar(0)])], { to: int(elementCodes.int64) })

/** A Resize by scales or to sizes, with attributes as text. */
function resize(
  by: { readonly scales?: readonly number[]; readonly sizes?: readonly number[] },
  texts: Readonly<Record<string, string>>,
): NonNullable<Row['build']> {
  const attributes = Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, string(text)]))
  const list = (b: GraphBuilder, scales: readonly number[]): string => b.floats(scales, [scales.length])
  return (b, [x]) =>
    b.node('Resize', by.scales ? [x!, '', list(b, by.scales)] : [x!, '', '', b.ints(by.sizes!)], attributes)
}

const einsum = (equation: string): Pick<Row, 'attributes'> => ({ attributes: { equation: string(equation) } })

/** Rows of gradients.test.ts's table: normalisation, moving places, resizing, activations. */
export const moreRows = {
  Celu: { plain: { inputs: [['n', 6]], attributes: { alpha: float(0.7) } } },
  Cos: unary,
  CumSum: {
    plain: { inputs: [['n', 3, 2]], build: (b, [x]) => b.node('CumSum', [x!, b.scalar(1, 'int64')]) },
    'exclusive, from the end': {
      inputs: [['n', 4]],
      build: (b, [x]) =>
        b.node('CumSum', [x!, b.scalar(-1, 'int64')], { exclusive: int(1), reverse: int(1) }),
    },
  },
  Attention: {
    'four axes': {
      inputs: [
        ['n', 2, 3, 4],
        ['n', 2, 5, 4],
        ['n', 2, 5, 3],
      ],
      opset: 23,
      ...normal,
    },
    'heads side by side, a scale of its own': {
      inputs: [
        ['n', 3, 4],
        ['n', 2, 4],
        ['n', 2, 6],
      ],
      attributes: { q_num_heads: int(2), kv_num_heads: int(2), scale: float(0.3) },
      opset: 23,
      ...normal,
    },
    'a mask that is added': {
      inputs: [
        ['n', 2, 3, 4],
        ['n', 2, 3, 4],
        ['n', 2, 3, 4],
      ],
      build: (b, [q, k, v]) =>
        b.node('Attention', [q!, k!, v!, b.floats([0, -1, 2, 0.5, 0, -3, 1, 1, 0], [3, 3])]),
      opset: 24,
      ...normal,
    },
    'a mask of truth values': {
      inputs: [
        ['n', 1, 2, 2],
        ['n', 1, 3, 2],
        ['n', 1, 3, 2],
      ],
      build: (b, [q, k, v]) =>
        b.node('Attention', [
          q!,
          k!,
          v!,
          b.node('Greater', [b.floats([1, -1, 1, 1, 1, -1], [2, 3]), b.scalar(0)]),
        ]),
      opset: 23,
      ...normal,
    },
  },
  RMSNormalization: {
    'last axis': { inputs: [['n', 3, 5], [5]], attributes: { epsilon: float(0.05) }, opset: 23, ...normal },
    'two axes': {
      inputs: [
        ['n', 3, 2],
        [3, 2],
      ],
      attributes: { axis: int(1), epsilon: float(0.05) },
      opset: 23,
      ...normal,
    },
  },
  Swish: {
    plain: { inputs: [['n', 6]], opset: 24 },
    steeper: { inputs: [['n', 6]], attributes: { alpha: float(1.7) }, opset: 24 },
  },
  DepthToSpace: {
    'depth first': { inputs: [['n', 8, 1, 3]], attributes: { blocksize: int(2) } },
    'columns first': {
      inputs: [['n', 8, 2, 1]],
      attributes: { blocksize: int(2), mode: string('CRD') },
    },
  },
  Einsum: {
    'a batch of products': {
      inputs: [
        ['n', 2, 3],
        ['n', 4, 3],
      ],
      ...einsum('bij,bkj->bik'),
    },
    'letters summed in one factor, no arrow': {
      inputs: [
        [3, 2],
        [4, 3],
      ],
      ...einsum('ij, ki'),
    },
    'three factors, one letter alone': {
      inputs: [
        ['n', 2],
        [2, 3],
        [3, 2],
      ],
      ...einsum('bi,ij,jl->b'),
      tolerance: 5e-3,
    },
  },
  CastLike: {
    'the type of another': {
      inputs: [['n', 3]],
      build: (b, [x]) => b.node('CastLike', [x!, b.scalar(1)]),
    },
  },
  Gather: {
    'one element': { inputs: [['n', 3, 2]], build: gather(1, [], [-2]) },
    'a run': { inputs: [['n', 2, 5]], build: gather(-1, [3], [1, 2, 3]) },
    'some twice, some never': { inputs: [['n', 4, 2]], build: gather(1, [5], [3, -4, 3, 1, 3]) },
    'a table of indices': { inputs: [['n', 3, 2]], build: gather(-2, [2, 3], [2, 0, 1, 0, 0, 2]) },
    'computed from lengths': {
      inputs: [['n', 4, 3]],
      build: (b, [x]) =>
        b.node('Gather', [x!, b.node('Sub', [lengthOf(b, x!, 1), b.ints([3])])], { axis: int(2) }),
    },
    'turned round': { inputs: [['n', 4]], build: gather(1, [4], [3, 2, 1, 0]) },
    'the first axis': { inputs: [[3, 2]], build: gather(0, [2, 2], [2, 0, 0, 0]) },
    'computed, of the first axis': {
      inputs: [
        [3, 2, 2],
        ['n', 4],
      ],
      differentiated: 1,
      build: (b, [x, y]) => b.node('Gather', [x!, chosen(b, y!)], { axis: int(0) }),
      opset: 16,
    },
    'computed, of the last axis, behind the batch': {
      inputs: [
        ['n', 2, 3],
        [2, 4],
      ],
      differentiated: 1,
      build: (b, [x, y]) => b.node('Gather', [x!, b.node('Neg', [chosen(b, y!)])], { axis: int(-1) }),
      opset: 16,
    },
    'computed, before the batch': {
      inputs: [['n', 3, 2], [5]],
      differentiated: 1,
      build: (b, [x, y]) => {
        const turned = b.node('Transpose', [x!], { perm: ints([1, 0, 2]) })
        return b.node('Gather', [turned, chosen(b, y!)], { axis: int(0) })
      },
      opset: 16,
    },
    'computed, one index': {
      inputs: [['n', 3, 2], [1]],
      differentiated: 1,
      build: (b, [x, y]) => {
        const index = b.node('Squeeze', [chosen(b, y!), b.ints([0])])
        return b.node('Gather', [x!, index], { axis: int(1) })
      },
      opset: 16,
    },
    'strides over the whole batch': {
      inputs: [['n', 3, 2]],
      build: (b, [x]) => {
        const scalar = (value: number): string => b.node('Squeeze', [b.ints([value])])
        const count = b.node('Squeeze', [lengthOf(b, x!, 0)])
        const range = b.node('Range', [scalar(0), count, scalar(1)])
        const starts = b.node('Unsqueeze', [b.node('Mul', [range, scalar(6)]), b.ints([1])])
        const indices = b.node('Add', [starts, b.ints([5, 0, 2, 2])])
        return b.node('Gather', [b.node('Reshape', [x!, b.ints([-1])]), indices], { axis: int(0) })
      },
      opset: 18,
    },
  },
  GatherElements: {
    'some twice': { inputs: [[2, 4]], build: gatherElements(1, [2, 3], [3, -1, 0, 1, 1, 1]) },
    'fewer along the other axis': { inputs: [[3, 3]], build: gatherElements(1, [2, 2], [0, 2, 1, 1]) },
    'before operator set 16': {
      inputs: [[2, 4]],
      build: gatherElements(-1, [2, 3], [3, -1, 0, 1, 1, 1]),
      opset: 13,
    },
    'fewer, before operator set 16': {
      inputs: [[3, 4]],
      build: gatherElements(0, [2, 3], [2, 2, -3, 2, 1, 0]),
      opset: 13,
    },
  },
  GatherND: {
    rows: { inputs: [[3, 2, 2]], build: gatherND([3, 1], [2, 0, 2]) },
    'elements, some twice': { inputs: [[3, 2]], build: gatherND([2, 2, 2], [0, 1, 2, 0, -1, 0, 0, 1]) },
    'rows of rows, some twice, from the back': {
      inputs: [[2, 3, 2]],
      build: gatherND([5, 2], [-1, -1, 1, 2, 0, -3, -2, 0, 1, 1]),
      opset: 18,
    },
    computed: {
      inputs: [
        [2, 3],
        ['n', 4, 2],
      ],
      differentiated: 1,
      build: (b, [x, y]) => b.node('GatherND', [x!, b.node('Neg', [chosen(b, y!)])]),
      opset: 16,
    },
    'before operator set 16': { inputs: [[3, 2]], build: gatherND([2, 2], [0, 1, 2, 0]), opset: 13 },
  },
  Gelu: {
    'by erf': { inputs: [['n', 6]], opset: 20 },
    'by tanh': { inputs: [['n', 6]], attributes: { approximate: string('tanh') }, opset: 20 },
  },
  GroupNormalization: {
    'one scale a channel': {
      inputs: [['n', 6, 2, 1], [6], [6]],
      attributes: { num_groups: int(2), epsilon: float(0.02) },
      opset: 21,
      tolerance: 5e-3,
    },
    'one scale a group': {
      inputs: [['n', 6, 1, 2], [3], [3]],
      attributes: { num_groups: int(3), epsilon: float(0.02) },
      opset: 18,
      tolerance: 5e-3,
    },
  },
  InstanceNormalization: {
    plain: {
      inputs: [['n', 3, 2, 3], [3], [3]],
      attributes: { epsilon: float(0.05) },
      tolerance: 5e-3,
    },
    'one spatial axis': {
      inputs: [['n', 2, 5], [2], [2]],
      attributes: { epsilon: float(0.05) },
      tolerance: 5e-3,
    },
  },
  LayerNormalization: {
    'last axis': { inputs: [['n', 3, 5], [5], [5]], attributes: { epsilon: float(0.05) }, tolerance: 5e-3 },
    'two axes, no bias': {
      inputs: [
        ['n', 3, 2],
        [3, 2],
      ],
      attributes: { axis: int(1), epsilon: float(0.05) },
      tolerance: 5e-3,
    },
  },
  LpNormalization: {
    'two-norm': { inputs: [['n', 3, 4]], tolerance: 5e-3 },
    'one-norm, inner axis': { inputs: [['n', 3, 2]], attributes: { axis: int(-2), p: int(1) } },
  },
  LRN: {
    odd: {
      inputs: [['n', 5, 2, 1]],
      attributes: { size: int(3), alpha: float(0.3), beta: float(0.6), bias: float(1.5) },
    },
    'a window wider than the channels': {
      inputs: [['n', 3, 1, 2]],
      attributes: { size: int(5), alpha: float(0.5), beta: float(0.75), bias: float(1) },
    },
  },
  Mean: { 'three inputs': { inputs: [['n', 3], [3], ['n', 1]] } },
  Mish: { plain: { inputs: [['n', 6]], opset: 18 } },
  Mod: {
    float: {
      inputs: [['n', 1, 3]],
      build: (b, [x]) => b.node('Mod', [x!, b.floats([0.37, 0.53], [2, 1])], { fmod: int(1) }),
    },
  },
  ReduceL1: reduction,
  ReduceL2: reduction,
  ReduceLogSum: {
    'inner axis dropped': {
      inputs: [['n', 3]],
      attributes: { axes: ints([1]), keepdims: int(0) },
      positive: true,
      tolerance: 5e-3,
    },
  },
  ReduceLogSumExp: reduction,
  ReduceMax: reduction,
  ReduceMin: reduction,
  ReduceProd: {
    ...reduction,
    'with a zero, and with two': {
      inputs: [[2, 3]],
      build: (b, [x]) => {
        const masks = b.floats([1, 0, 1, 0, 0, 1], [2, 3])
        return b.node('ReduceProd', [b.node('Mul', [x!, masks])], { axes: ints([1]) })
      },
    },
  },
  ReduceSumSquare: reduction,
  Resize: {
    'nearest, twice and by a half': {
      inputs: [['n', 2, 3, 5]],
      build: resize(
        { scales: [1, 1, 2, 0.5] },
        { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
      ),
    },
    'linear, odd sizes': {
      inputs: [['n', 1, 3, 4]],
      build: resize(
        { scales: [1, 1, 2.4, 1.6] },
        { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' },
      ),
    },
    'linear, corners kept': {
      inputs: [['n', 1, 3, 5]],
      build: resize(
        { scales: [1, 1, 2, 0.6] },
        { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
      ),
    },
    'cubic to a size': {
      inputs: [[2, 1, 4, 5]],
      build: resize({ sizes: [2, 1, 7, 3] }, { mode: 'cubic' }),
    },
    'nearest to a size': {
      inputs: [[2, 1, 4, 5]],
      build: resize({ sizes: [2, 1, 7, 3] }, { mode: 'nearest', nearest_mode: 'ceil' }),
    },
    'channels too': {
      inputs: [[1, 2, 3, 2]],
      build: resize({ scales: [1, 1.5, 1, 2] }, { mode: 'nearest' }),
    },
  },
  ScatterElements: {
    replaced: {
      inputs: [
        [2, 3],
        [2, 2],
      ],
      build: (b, [x, u]) =>
        b.node('ScatterElements', [x!, table(b, [2, 2], [2, 0, 1, 2]), u!], { axis: int(1) }),
    },
    added: {
      inputs: [[4], [3]],
      build: (b, [x, u]) =>
        b.node('ScatterElements', [x!, table(b, [3], [1, 1, 3]), u!], { reduction: string('add') }),
    },
  },
  ScatterND: {
    'rows replaced': {
      inputs: [
        [4, 3],
        [2, 3],
      ],
      build: (b, [x, u]) =>
        b.node('ScatterND', [x!, b.initializer(makeTensor('int64', [2, 1], BigInt64Array.of(3n, 1n))), u!]),
    },
    'elements added': {
      inputs: [[3, 2], [3]],
      build: (b, [x, u]) =>
        b.node(
          'ScatterND',
          [x!, b.initializer(makeTensor('int64', [3, 2], BigInt64Array.of(0n, 1n, 2n, 0n, 0n, 1n))), u!],
          { reduction: string('add') },
        ),
    },
  },
  Selu: { plain: { inputs: [['n', 6]] } },
  Sin: unary,
  SpaceToDepth: { plain: { inputs: [['n', 2, 2, 6]], attributes: { blocksize: int(2) } } },
  Softsign: unary,
  ThresholdedRelu: { plain: { inputs: [['n', 6]], attributes: { alpha: float(0.17) } } },
  Tile: {
    'inner axes': { inputs: [['n', 3, 2]], constants: [[1, 2, 3]] },
    'the batch too': { inputs: [['n', 3]], constants: [[2, 1]] },
    nothing: { inputs: [['n', 2]], constants: [[1, 1]] },
  },
  TopK: {
    'inner axis': {
      inputs: [['n', 4, 2]],
      build: (b, [x]) => b.nodeWithOutputs('TopK', [x!, b.ints([2])], 2, { axis: int(1) })[0]!,
    },
    'the smallest': {
      inputs: [['n', 5]],
      build: (b, [x]) => b.nodeWithOutputs('TopK', [x!, b.ints([3])], 2, { largest: int(0) })[0]!,
    },
  },
  Trilu: {
    upper: { inputs: [['n', 3, 4]] },
    'lower, moved': {
      inputs: [['n', 3, 3]],
      build: (b, [x]) => b.node('Trilu', [x!, b.scalar(-1, 'int64')], { upper: int(0) }),
    },
  },
  Upsample: {
    'scales as input': {
      inputs: [['n', 1, 2, 3]],
      build: (b, [x]) => b.node('Upsample', [x!, b.floats([1, 1, 2, 3], [4])], { mode: string('nearest') }),
      opset: 9,
    },
    'scales as attribute': {
      inputs: [['n', 1, 2, 3]],
      attributes: { mode: string('linear'), scales: floats([1, 1, 2, 1.5]) },
      opset: 8,
    },
  },
} satisfies Record<string, Record<string, Row>>
