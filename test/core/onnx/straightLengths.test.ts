import { describe, expect, it } from 'vitest'
import { int } from '#core/onnx/attributes'
import { elementCodes } from '#core/onnx/elementTypes'
import { learnFacts } from '#core/onnx/facts'
import { foldLengths } from '#core/onnx/foldLengths'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { writeModel } from '#core/onnx/writeModel'
import { runGraph } from '#node/onnx/runGraph'

/** Whole numbers from the number of images, int64 [1]. */
type Made = (builder: GraphBuilder, images: string) => string

const withInts =
  (op: string, value: number): Made =>
  (b, images) =>
    b.node(op, [images, b.ints([value])])

/** x [n, 4] times what comes of the number of images. */
function scaled(made: Made, batch: string | number = 'n'): OnnxGraph {
  const b = new GraphBuilder()
  const x = b.input('x', 'float', [batch, 4])
  const images = b.node('Gather', [b.node('Shape', [x]), b.ints([0])], { axis: int(0) })
  const factor = b.node('Cast', [made(b, images)], { to: int(elementCodes.float) })
  b.output(b.node('Mul', [x, factor], {}, 'y'), 'float')
  return b.build()
}

const bent: readonly (readonly [string, Made])[] = [
  ['the smaller of two', withInts('Min', 2)],
  ['a limit above what is tried first', withInts('Min', 4)],
  ['the larger of two', withInts('Max', 4)],
  ['whole groups', withInts('Div', 2)],
  ['what is left over', withInts('Mod', 3)],
  ['a square', (b, images) => b.node('Mul', [images, images])],
  [
    // (n - 2) (n - 3)
    'zero at two and three images',
    (b, images) => b.node('Mul', [withInts('Sub', 2)(b, images), withInts('Sub', 3)(b, images)]),
  ],
  [
    'another case for one image',
    (b, images) => b.node('Where', [withInts('Equal', 1)(b, images), b.ints([5]), b.ints([7])]),
  ],
]

const straight: readonly (readonly [string, Made])[] = [
  ['a product', withInts('Mul', 7)],
  ['a division that leaves nothing', (b, images) => withInts('Div', 7)(b, withInts('Mul', 7)(b, images))],
  [
    'a length that is left open',
    (b, images) => b.node('Where', [withInts('Equal', -1)(b, images), b.ints([1]), images]),
  ],
  ['a limit that no batch is below', withInts('Max', 1)],
]

describe('areLengthsStraight', () => {
  it.each(bent)('takes nothing of the batch for a constant behind %s', async (_, made) => {
    const graph = scaled(made)
    const facts = await learnFacts(graph, runGraph)
    expect(facts.batch).toBe(1)
    const folded = foldLengths(graph, facts)
    const fed = { x: { type: 'float', dims: [1, 4], data: Float32Array.of(1, 2, 3, 4) } } as const
    const [expected, found] = [
      await runGraph(writeModel(graph), fed),
      await runGraph(writeModel(folded), fed),
    ]
    expect(found).toEqual(expected)
  })

  it.each(straight)('leaves the batch free behind %s', async (_, made) => {
    const graph = scaled(made)
    const facts = await learnFacts(graph, runGraph)
    expect(facts.batch).toBe('free')
    expect(facts.tensors.get('y')?.shape).toEqual([null, 4])
  })

  it('keeps the number of images that a file was saved for', async () => {
    const facts = await learnFacts(scaled(withInts('Min', 2), 3), runGraph)
    expect(facts.batch).toBe(3)
  })
})
