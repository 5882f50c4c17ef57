import { describe, expect, it } from 'vitest'
import { backward } from '#core/onnx/backward'
import { int, string } from '#core/onnx/attributes'
import { learnFacts } from '#core/onnx/facts'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { Attributes } from '#core/onnx/OnnxGraph'
import { runGraph } from '../../support/ort'
import { checkGradients, type Row } from './finiteDifference'
import { moreRows } from './gradientRows'

/** A Resize with its attributes as exporters write them since operator set 18. */
function resize(
  by: { readonly scales?: readonly number[]; readonly sizes?: readonly number[] },
  attributes: Attributes,
): NonNullable<Row['build']> {
  return (b, [x]) =>
    b.node(
      'Resize',
      by.scales ? [x!, '', b.floats(by.scales, [by.scales.length])] : [x!, '', '', b.ints(by.sizes!)],
      attributes,
    )
}

const axes = { axes: { kind: 'ints', value: [2, 3] } } as const
const linear = { mode: string('linear') }
const cubic = { mode: string('cubic') }
const antialias = { antialias: int(1) }
const image: Row['inputs'] = [['n', 2, 5, 6]]
const normal = { tolerance: 5e-3 }

/** Forms of operators that came with operator set 18 or later, by finite differences. */
const rows: readonly [op: string, form: string, row: Row][] = [
  ...[
    'ReduceSum',
    'ReduceMean',
    'ReduceMax',
    'ReduceMin',
    'ReduceL1',
    'ReduceL2',
    'ReduceProd',
    'ReduceLogSumExp',
    'ReduceSumSquare',
  ].map((op): [string, string, Row] => [
    op,
    'two axes as an input',
    { inputs: [['n', 2, 3]], constants: [[1, -1]], attributes: { keepdims: int(0) }, opset: 18, ...normal },
  ]),
  [
    'ReduceMean',
    'no axes, which means none',
    { inputs: [['n', 3]], attributes: { noop_with_empty_axes: int(1) }, opset: 18 },
  ],
  [
    'Split',
    'a number of pieces, the last smaller',
    {
      inputs: [['n', 5]],
      build: (b, [x]) => b.nodeWithOutputs('Split', [x!], 3, { axis: int(1), num_outputs: int(3) }),
      opset: 18,
    },
  ],
  [
    'Resize',
    'some axes',
    { inputs: image, build: resize({ scales: [2, 1.5] }, { ...linear, ...axes }), opset: 18 },
  ],
  [
    'Resize',
    'to sizes of some axes',
    { inputs: image, build: resize({ sizes: [3, 4] }, { ...linear, ...axes }), opset: 18 },
  ],
  [
    'Resize',
    'smaller, against aliases',
    { inputs: image, build: resize({ sizes: [2, 3] }, { ...linear, ...axes, ...antialias }), opset: 18 },
  ],
  [
    'Resize',
    'larger, against aliases',
    { inputs: image, build: resize({ sizes: [7, 8] }, { ...linear, ...axes, ...antialias }), opset: 18 },
  ],
  [
    'Resize',
    'by cubes, against aliases',
    { inputs: image, build: resize({ sizes: [2, 4] }, { ...cubic, ...axes, ...antialias }), opset: 18 },
  ],
  [
    'Resize',
    'by cubes without what lies outside, against aliases',
    {
      inputs: image,
      build: resize({ sizes: [3, 3] }, { ...cubic, ...axes, ...antialias, exclude_outside: int(1) }),
      opset: 18,
    },
  ],
  [
    'Resize',
    'within a size, of the same aspect',
    {
      inputs: image,
      build: resize(
        { sizes: [10, 9] },
        { ...linear, ...axes, keep_aspect_ratio_policy: string('not_larger') },
      ),
      opset: 18,
    },
  ],
  [
    'Resize',
    'round a size, of the same aspect',
    {
      inputs: image,
      build: resize(
        { sizes: [7, 12] },
        { ...linear, ...axes, keep_aspect_ratio_policy: string('not_smaller') },
      ),
      opset: 18,
    },
  ],
  [
    'Resize',
    'symmetric half pixels',
    {
      inputs: image,
      build: resize(
        { scales: [1.3, 1.7] },
        { ...linear, ...axes, coordinate_transformation_mode: string('half_pixel_symmetric') },
      ),
      opset: 19,
    },
  ],
  [
    'AveragePool',
    'dilated',
    {
      inputs: [['n', 2, 6, 6]],
      attributes: {
        kernel_shape: { kind: 'ints', value: [2, 2] },
        dilations: { kind: 'ints', value: [2, 2] },
      },
      opset: 19,
    },
  ],
  [
    'ReduceMax',
    'of truth values, as a mask',
    {
      inputs: [['n', 4]],
      build: (b, [x]) => {
        const any = b.node('ReduceMax', [b.node('Greater', [x!, b.scalar(0.1)]), b.ints([1])])
        return b.node('Where', [any, x!, b.node('Neg', [x!])])
      },
      opset: 20,
    },
  ],
]

describe.each(rows)('%s, %s', (op, _, row) => {
  it('has the gradient of finite differences', () => checkGradients(op, row))
})

/** Rows of older sets, but for reductions whose axes are attributes still. */
const carried = Object.entries(moreRows).flatMap(([op, cases]: [string, Readonly<Record<string, Row>>]) =>
  op.startsWith('Reduce') || op === 'Upsample'
    ? []
    : Object.entries(cases).flatMap(([form, row]) =>
        row.opset === undefined ? [[op, form, { ...row, opset: 23 }] as const] : [],
      ),
)

describe.each(carried)('%s, %s, in operator set 23', (op, _, row) => {
  it('has the gradient of finite differences', () => checkGradients(op, row))
})

describe('operators of newer sets without a rule', () => {
  const refused: readonly [op: string, build: (b: GraphBuilder, x: string) => string][] = [
    [
      'DeformConv',
      (b, x) =>
        b.node('DeformConv', [
          x,
          b.floats(new Float32Array(2), [1, 2, 1, 1]),
          b.node('Expand', [b.floats([0], [1]), b.ints([1, 2, 5, 6])]),
        ]),
    ],
    ['DFT', (b, x) => b.node('DFT', [b.node('Unsqueeze', [x, b.ints([-1])])])],
    ['GridSample', (b, x) => b.node('GridSample', [x, b.floats(new Float32Array(8), [1, 2, 2, 2])])],
  ]
  it.each(refused)('%s is refused by name', async (op, build) => {
    const b = new GraphBuilder({ ...new GraphBuilder().build(), opsets: new Map([['', 20]]) })
    const x = b.input('x', 'float', [1, 2, 5, 6])
    const y = build(b, x)
    b.output(y)
    const graph = b.build()
    const facts = await learnFacts(graph, runGraph)
    const g = new GraphBuilder(graph)
    const seed = g.input('cotangent', 'float', facts.tensors.get(y)!.shape)
    expect(() => backward(g, { facts, seeds: new Map([[y, seed]]), wrt: [x] })).toThrow(
      new RegExp(`${op}.*no gradient rule`),
    )
  })
})
