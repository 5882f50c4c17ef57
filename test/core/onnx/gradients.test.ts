import { describe, expect, it } from 'vitest'
import { float, int, ints, string } from '#core/onnx/attributes'
import { gradientRules } from '#core/onnx/gradients/index'
import { checkGradients } from './finiteDifference'
import type { Row } from './finiteDifference'

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
} satisfies Record<keyof typeof gradientRules, Record<string, Row>>

describe.each(Object.entries(rows))('gradient of %s', (op, cases) => {
  it.each(Object.entries<Row>(cases))('%s', async (_, row) => {
    await checkGradients(op, row)
  })
})

it('has a row for every rule', () => {
  expect(Object.keys(rows).sort()).toEqual(Object.keys(gradientRules).sort())
})
