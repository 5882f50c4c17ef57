import { describe, expect, it } from 'vitest'
import { float, int, ints, string } from '#core/onnx/attributes'
import { gradientRules } from '#core/onnx/gradients/index'
import { checkGradients } from './finiteDifference'
import type { Row } from './finiteDifference'
import { moreRows } from './gradientRows'

const unary: Record<string, Row> = { plain: { inputs: [['n', 3, 2]] } }
const positive: Record<string, Row> = { plain: { inputs: [['n', 3, 2]], positive: true } }
const broadcasting: Record<string, Row> = {
  'same shape': {
    inputs: [
      ['n', 3, 2],
      ['n', 3, 2],
    ],
    positive: true,
  },
  'both sides spread': {
    inputs: [
      ['n', 3, 1],
      [4, 1, 1, 2],
    ],
    positive: true,
  },
  'a scalar': { inputs: [['n', 3], []], positive: true },
  'fewer axes on the left': {
    inputs: [
      [3, 1],
      ['n', 3, 2],
    ],
    positive: true,
  },
}

/** At least one row for every rule: a rule without one does not compile. */
const rows = {
  ...moreRows,
  Abs: unary,
  Add: broadcasting,
  AveragePool: {
    'stride 1, pads not counted': {
      inputs: [['n', 2, 5, 4]],
      attributes: { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) },
    },
    'stride 1, pads counted': {
      inputs: [['n', 2, 5, 4]],
      attributes: { kernel_shape: ints([3, 2]), pads: ints([1, 0, 0, 1]), count_include_pad: int(1) },
    },
    'stride 2, odd size': {
      inputs: [['n', 2, 5, 7]],
      attributes: { kernel_shape: ints([3, 2]), strides: ints([2, 3]), pads: ints([1, 0, 1, 1]) },
    },
    'ceil mode, pads not counted': {
      inputs: [['n', 1, 6, 5]],
      attributes: { kernel_shape: ints([3, 3]), strides: ints([2, 2]), ceil_mode: int(1) },
    },
    'ceil mode, pads counted': {
      inputs: [['n', 1, 6, 6]],
      attributes: {
        kernel_shape: ints([3, 3]),
        strides: ints([2, 2]),
        pads: ints([1, 1, 1, 1]),
        ceil_mode: int(1),
        count_include_pad: int(1),
      },
    },
    SAME_UPPER: {
      inputs: [['n', 1, 6, 5]],
      attributes: { kernel_shape: ints([3, 3]), strides: ints([2, 2]), auto_pad: string('SAME_UPPER') },
    },
    'windows that leave gaps': {
      inputs: [['n', 1, 7, 7]],
      attributes: { kernel_shape: ints([2, 2]), strides: ints([3, 3]) },
    },
  },
  BatchNormalization: {
    inference: { inputs: [['n', 3, 2, 2], [3], [3], [3], [3]], positive: true, differentiated: 3 },
  },
  Conv: {
    plain: { inputs: [['n', 2, 5, 4], [3, 2, 3, 3], [3]] },
    'many channels': {
      inputs: [
        ['n', 16, 3, 4],
        [2, 16, 2, 3],
      ],
      attributes: { pads: ints([0, 1, 1, 0]) },
      tolerance: 0.01,
    },
    '1x1': {
      inputs: [
        ['n', 2, 3, 3],
        [3, 2, 1, 1],
      ],
    },
    'stride 2, odd size': {
      inputs: [
        ['n', 2, 7, 5],
        [3, 2, 3, 3],
      ],
      attributes: { strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) },
    },
    'stride 2, size left over': {
      inputs: [
        ['n', 2, 6, 8],
        [3, 2, 3, 3],
      ],
      attributes: { strides: ints([2, 3]), pads: ints([0, 1, 1, 0]) },
    },
    '1x1 with stride 2': {
      inputs: [
        ['n', 2, 5, 6],
        [3, 2, 1, 1],
      ],
      attributes: { strides: ints([2, 2]) },
    },
    'uneven pads': {
      inputs: [
        ['n', 1, 4, 5],
        [2, 1, 3, 2],
      ],
      attributes: { pads: ints([2, 0, 1, 1]) },
    },
    'pads beyond the kernel': {
      inputs: [
        ['n', 1, 3, 3],
        [2, 1, 2, 2],
      ],
      attributes: { pads: ints([2, 3, 3, 2]) },
    },
    dilation: {
      inputs: [
        ['n', 2, 7, 6],
        [2, 2, 3, 2],
      ],
      attributes: { dilations: ints([2, 3]), pads: ints([1, 2, 2, 1]) },
    },
    'stride and dilation': {
      inputs: [
        ['n', 1, 8, 9],
        [2, 1, 3, 2],
      ],
      attributes: { dilations: ints([2, 2]), strides: ints([2, 3]), pads: ints([1, 1, 0, 1]) },
    },
    groups: {
      inputs: [
        ['n', 4, 4, 4],
        [6, 2, 3, 3],
      ],
      attributes: { group: int(2), pads: ints([1, 1, 1, 1]) },
    },
    depthwise: {
      inputs: [
        ['n', 3, 5, 5],
        [3, 1, 3, 3],
      ],
      attributes: { group: int(3), strides: ints([2, 2]), pads: ints([1, 1, 1, 1]) },
    },
    'SAME_UPPER with stride': {
      inputs: [
        ['n', 1, 6, 5],
        [2, 1, 3, 3],
      ],
      attributes: { auto_pad: string('SAME_UPPER'), strides: ints([2, 2]) },
    },
    'SAME_LOWER with an even kernel': {
      inputs: [
        ['n', 1, 4, 5],
        [2, 1, 2, 4],
      ],
      attributes: { auto_pad: string('SAME_LOWER') },
    },
    VALID: {
      inputs: [
        ['n', 1, 4, 5],
        [2, 1, 2, 3],
      ],
      attributes: { auto_pad: string('VALID') },
    },
    'one axis': {
      inputs: [
        ['n', 2, 7],
        [3, 2, 3],
      ],
      attributes: { strides: ints([2]), pads: ints([1, 0]) },
    },
    'three axes': {
      inputs: [
        ['n', 1, 3, 4, 3],
        [2, 1, 2, 2, 2],
      ],
    },
  },
  Div: broadcasting,
  Exp: { plain: { inputs: [['n', 3]], tolerance: 5e-3 } },
  Flatten: {
    plain: { inputs: [['n', 3, 2, 2]] },
    'axis 2': { inputs: [['n', 3, 2]], attributes: { axis: int(2) } },
  },
  Gemm: {
    plain: { inputs: [['n', 3], [3, 4], [4]] },
    'scaled, both turned': {
      inputs: [
        [3, 2],
        [4, 3],
        [2, 1],
      ],
      attributes: { alpha: float(0.5), beta: float(2), transA: int(1), transB: int(1) },
    },
    'left turned': {
      inputs: [
        [3, 2],
        [3, 4],
      ],
      attributes: { transA: int(1), alpha: float(3) },
    },
    'right turned': {
      inputs: [
        ['n', 3],
        [4, 3],
        [1, 4],
      ],
      attributes: { transB: int(1), beta: float(0.5) },
    },
  },
  GlobalAveragePool: { plain: { inputs: [['n', 3, 3, 5]] } },
  Identity: unary,
  Log: positive,
  LogSoftmax: {
    'last axis': { inputs: [['n', 5]] },
    'inner axis': { inputs: [['n', 3, 2]], attributes: { axis: int(1) } },
    'before operator set 13': { inputs: [['n', 2, 3]], attributes: { axis: int(1) }, opset: 11 },
  },
  MatMul: {
    plain: {
      inputs: [
        ['n', 3],
        [3, 4],
      ],
    },
    'many on the left': {
      inputs: [
        ['n', 2, 3],
        [3, 4],
      ],
    },
    'many on both sides': {
      inputs: [
        ['n', 1, 2, 3],
        [4, 3, 2],
      ],
    },
    'a row': { inputs: [[3], ['n', 3, 2]] },
    'a column': { inputs: [['n', 2, 3], [3]] },
    'two vectors': { inputs: [[4], [4]] },
  },
  MaxPool: {
    'overlapping windows': {
      inputs: [['n', 2, 7, 5]],
      attributes: { kernel_shape: ints([3, 3]), strides: ints([2, 2]) },
    },
    'overlapping windows before operator set 16': {
      inputs: [['n', 2, 7, 5]],
      attributes: { kernel_shape: ints([3, 3]), strides: ints([2, 1]), pads: ints([1, 0, 1, 1]) },
      opset: 11,
    },
    'stride 1 with pads': {
      inputs: [['n', 1, 4, 5]],
      attributes: { kernel_shape: ints([3, 2]), pads: ints([1, 0, 1, 1]) },
    },
    tiles: { inputs: [['n', 2, 4, 6]], attributes: { kernel_shape: ints([2, 2]), strides: ints([2, 2]) } },
    'tiles with a rest': {
      inputs: [['n', 2, 5, 7]],
      attributes: { kernel_shape: ints([2, 2]), strides: ints([2, 2]) },
    },
    'ceil mode': {
      inputs: [['n', 1, 6, 6]],
      attributes: { kernel_shape: ints([3, 3]), strides: ints([2, 2]), ceil_mode: int(1) },
    },
    dilation: {
      inputs: [['n', 1, 7, 7]],
      attributes: { kernel_shape: ints([2, 3]), dilations: ints([3, 2]) },
    },
    'windows that leave gaps': {
      inputs: [['n', 1, 7, 7]],
      attributes: { kernel_shape: ints([2, 2]), strides: ints([3, 3]) },
    },
    SAME_LOWER: {
      inputs: [['n', 1, 6, 5]],
      attributes: { kernel_shape: ints([3, 2]), strides: ints([2, 2]), auto_pad: string('SAME_LOWER') },
    },
  },
  Mul: broadcasting,
  Neg: unary,
  Pow: {
    square: { inputs: [['n', 3]], constants: [2] },
    'a half': { inputs: [['n', 3]], constants: [0.5], positive: true },
    'a whole exponent': { inputs: [['n', 3]], constants: [[3]], tolerance: 5e-3 },
    'both spread': { inputs: [['n', 3, 1], [2]], positive: true, tolerance: 5e-3 },
  },
  Reciprocal: positive,
  ReduceMean: {
    'spatial axes': { inputs: [['n', 2, 3, 2]], attributes: { axes: ints([2, 3]) } },
    'negative axis dropped': { inputs: [['n', 2, 3]], attributes: { axes: ints([-1]), keepdims: int(0) } },
    'the batch too': { inputs: [['n', 2, 3]], attributes: { axes: ints([0, 2]), keepdims: int(0) } },
    everything: { inputs: [['n', 2]], attributes: { keepdims: int(0) } },
    'axes as input': { inputs: [['n', 2, 3]], constants: [[1]], opset: 18 },
  },
  ReduceSum: {
    'axes as input': { inputs: [['n', 2, 3]], constants: [[-2]], attributes: { keepdims: int(0) } },
    'axes as attribute': { inputs: [['n', 2, 3]], attributes: { axes: ints([1]) }, opset: 11 },
  },
  Relu: unary,
  Reshape: {
    'batch kept': { inputs: [['n', 2, 6]], constants: [[0, 3, -1]] },
    'batch merged': { inputs: [['n', 2, 6]], constants: [[-1, 4]] },
  },
  Softmax: {
    'last axis': { inputs: [['n', 5]] },
    'inner axis': { inputs: [['n', 3, 2]], attributes: { axis: int(-2) } },
    'before operator set 13': { inputs: [['n', 2, 3]], opset: 11 },
  },
  Sqrt: positive,
  Squeeze: { plain: { inputs: [['n', 3, 1, 1]], constants: [[2, -1]] } },
  Sub: broadcasting,
  Transpose: {
    reversed: { inputs: [['n', 3, 2]] },
    turned: { inputs: [['n', 3, 2, 2]], attributes: { perm: ints([0, 2, 3, 1]) } },
  },
  Unsqueeze: { plain: { inputs: [['n', 3]], constants: [[1, -1]] } },
  Cast: {
    'through double': {
      inputs: [['n', 3]],
      build: (b, [x]) => b.node('Cast', [b.node('Cast', [x!], { to: int(11) })], { to: int(1) }),
    },
  },
  Clip: {
    'both bounds': { inputs: [['n', 6]], constants: [-0.3, 0.4] },
    'one bound': { inputs: [['n', 6]], constants: ['', 0.2] },
    'bounds as attributes': {
      inputs: [['n', 6]],
      attributes: { min: float(-0.2), max: float(0.2) },
      opset: 10,
    },
    none: { inputs: [['n', 3]] },
  },
  Concat: {
    'along channels': {
      inputs: [
        ['n', 2, 3],
        ['n', 1, 3],
        ['n', 3, 3],
      ],
      attributes: { axis: int(1) },
    },
    'negative axis': {
      inputs: [
        ['n', 2],
        ['n', 3],
      ],
      attributes: { axis: int(-1) },
    },
    'one tensor twice': {
      inputs: [['n', 2, 2]],
      build: (b, [x]) => b.node('Concat', [x!, b.node('Relu', [x!]), x!], { axis: int(1) }),
    },
  },
  ConvTranspose: {
    plain: { inputs: [['n', 2, 3, 4], [2, 3, 3, 2], [3]] },
    'stride with output padding': {
      inputs: [
        ['n', 2, 3, 3],
        [2, 2, 3, 3],
      ],
      attributes: { strides: ints([2, 3]), pads: ints([1, 0, 1, 1]), output_padding: ints([1, 2]) },
    },
    'groups and dilation': {
      inputs: [
        ['n', 4, 3, 3],
        [4, 1, 2, 2],
      ],
      attributes: { group: int(2), dilations: ints([2, 1]), strides: ints([1, 2]) },
    },
    output_shape: {
      inputs: [
        ['n', 1, 3, 3],
        [1, 2, 3, 3],
      ],
      attributes: { strides: ints([2, 2]), output_shape: ints([6, 5]) },
    },
    SAME_UPPER: {
      inputs: [
        ['n', 1, 3, 4],
        [1, 2, 3, 4],
      ],
      attributes: { strides: ints([2, 2]), auto_pad: string('SAME_UPPER') },
    },
    SAME_LOWER: {
      inputs: [
        ['n', 1, 3, 4],
        [1, 2, 3, 4],
      ],
      attributes: { strides: ints([2, 2]), auto_pad: string('SAME_LOWER') },
    },
  },
  Dropout: {
    inference: { inputs: [['n', 3]] },
    'mode given': {
      inputs: [['n', 3]],
      build: (b, [x]) => b.node('Dropout', [x!, b.scalar(0.5), b.scalar(0, 'bool')]),
    },
  },
  Elu: { plain: { inputs: [['n', 6]], attributes: { alpha: float(0.7) } } },
  Erf: { plain: { inputs: [['n', 3]] } },
  Expand: {
    'lengths and axes': { inputs: [[3, 1]], constants: [[2, 3, 4]] },
    'batch kept': { inputs: [['n', 1, 2]], constants: [[1, 3, 1]] },
  },
  GlobalMaxPool: { plain: { inputs: [['n', 3, 3, 2]] } },
  HardSigmoid: { plain: { inputs: [['n', 12]], attributes: { alpha: float(0.5), beta: float(0.4) } } },
  HardSwish: { plain: { inputs: [['n', 40]] } },
  LeakyRelu: { plain: { inputs: [['n', 3]], attributes: { alpha: float(0.2) } } },
  Max: { 'three inputs': { inputs: [['n', 3], [3], ['n', 1]] } },
  Min: { 'three inputs': { inputs: [['n', 3], [3], ['n', 1]] } },
  Pad: {
    plain: { inputs: [['n', 2, 3]], constants: [[0, 1, 0, 0, 2, 1]] },
    'negative pads': { inputs: [['n', 4, 5]], constants: [[0, -1, 2, 0, 0, -3]] },
    'by reflection': {
      inputs: [['n', 3, 4]],
      constants: [[0, 2, 1, 0, 1, 3]],
      attributes: { mode: string('reflect') },
    },
    'by the edge': {
      inputs: [['n', 2, 3]],
      constants: [[0, 1, 0, 0, 0, 2]],
      attributes: { mode: string('edge') },
    },
    'round the other end': {
      inputs: [['n', 2, 3]],
      constants: [[0, 1, 2, 0, 2, 0]],
      attributes: { mode: string('wrap') },
      opset: 19,
    },
    'with axes': { inputs: [['n', 2, 3]], constants: [[1, 2], '', [-1]], opset: 18 },
    'pads as attribute': { inputs: [['n', 2]], attributes: { pads: ints([0, 1, 0, 2]) }, opset: 10 },
  },
  PRelu: {
    'one slope a channel': {
      inputs: [
        ['n', 3, 2, 2],
        [3, 1, 1],
      ],
    },
  },
  Sigmoid: unary,
  Slice: {
    'two axes': {
      inputs: [['n', 5, 6]],
      constants: [
        [1, -4],
        [4, -1],
        [1, 2],
      ],
    },
    'with steps': {
      inputs: [['n', 7, 8]],
      constants: [
        [1, 0],
        [7, 100],
        [1, -1],
        [3, 2],
      ],
    },
    backwards: {
      inputs: [['n', 7, 6]],
      constants: [
        [-1, 4],
        [-100, 0],
        [1, 2],
        [-1, -3],
      ],
    },
    'as attributes': {
      inputs: [['n', 4]],
      attributes: { starts: ints([1]), ends: ints([3]), axes: ints([1]) },
      opset: 9,
    },
    'all of the batch': {
      inputs: [['n', 4]],
      constants: [
        [0, 1],
        [1000, 3],
        [0, 1],
      ],
    },
  },
  Softplus: unary,
  Split: {
    'uneven pieces': {
      inputs: [['n', 6, 2]],
      build: (b, [x]) => b.nodeWithOutputs('Split', [x!, b.ints([1, 3, 2])], 3, { axis: int(1) }),
    },
    'a piece unused': {
      inputs: [['n', 4]],
      build: (b, [x]) => b.nodeWithOutputs('Split', [x!], 2, { axis: int(-1) })[1]!,
    },
  },
  Sum: { 'three inputs': { inputs: [['n', 3], [3], ['n', 1]] } },
  Tanh: unary,
  Where: {
    'both spread': {
      inputs: [
        ['n', 3],
        [1, 3],
      ],
      build: (b, [x, y]) => b.node('Where', [b.node('Greater', [x!, b.scalar(0)]), x!, y!]),
    },
  },
} satisfies Record<keyof typeof gradientRules, Record<string, Row>>

describe.each(Object.entries(rows))('gradient of %s', (op, cases) => {
  it.each(Object.entries<Row>(cases))('%s', async (_, row) => {
    await checkGradients(op, row)
  })
})

/** Forms of rows that came with an operator set after 13. */
const since: Readonly<Record<string, number>> = {
  'CastLike, the type of another': 15,
  'GatherND, rows': 16,
  'GatherND, elements, some twice': 16,
  'HardSwish, plain': 14,
  'ScatterElements, added': 16,
  'ScatterND, elements added': 16,
  'Trilu, upper': 14,
  'Trilu, lower, moved': 14,
}

/** Forms that operator set 18 writes otherwise (newerForms.test.ts): axes of reductions are an input, Split is told its pieces. */
const until17 = (op: string, form: string, { attributes, build }: Row): boolean =>
  (op.startsWith('Reduce') && (attributes?.['axes'] !== undefined || (op === 'ReduceProd' && !!build))) ||
  `${op}, ${form}` === 'Split, a piece unused'

const allForms = Object.entries<Record<string, Row>>(rows).flatMap(([op, cases]) =>
  Object.entries(cases).flatMap(([form, row]) => (row.opset === undefined ? [{ op, form, row }] : [])),
)

/** The rows as they are stand in set 17; rules write other operators where a set lacks theirs. */
describe.each([
  [13, allForms.filter(({ op, form }) => (since[`${op}, ${form}`] ?? 13) <= 13)],
  [18, allForms.filter(({ op, form, row }) => !until17(op, form, row))],
])('in operator set %d', (opset, forms) => {
  it.each(forms)('gradient of $op, $form', async ({ op, row }) => {
    await checkGradients(op, { ...row, opset })
  })
})

it('knows the forms that are named as newer', () => {
  const names = allForms.map(({ op, form }) => `${op}, ${form}`)
  expect(Object.keys(since).filter((name) => !names.includes(name))).toEqual([])
})

it('has a row for every rule', () => {
  expect(Object.keys(rows).sort()).toEqual(Object.keys(gradientRules).sort())
})
