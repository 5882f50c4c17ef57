import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { joinParts } from '#core/onnx/joinParts'
import { pad } from '#core/onnx/ops'

/** Parts of a tensor [null, 6] by what stands before and after them on its axes. */
function joined(...parts: readonly (readonly [number[], number[]])[]) {
  const builder = new GraphBuilder()
  const names = parts.map(([before, after], i) =>
    pad(builder, builder.input(`g${i}`, 'float', [null, 1]), before, after),
  )
  const name = joinParts(builder, { type: 'float', shape: [null, 6] }, names)
  return name === null ? null : builder.nodes.at(-1)
}

describe('joinParts', () => {
  it('puts parts that fill an axis side by side, in their order', () => {
    const node = joined(
      [
        [0, 4],
        [0, 0],
      ],
      [
        [0, 0],
        [0, 5],
      ],
      [
        [0, 1],
        [0, 2],
      ],
    )
    expect(node).toMatchObject({
      op: 'Concat',
      inputs: ['g1', 'g2', 'g0'],
      attributes: { axis: { value: 1 } },
    })
  })

  it.each([
    [
      'one part',
      joined([
        [0, 1],
        [0, 2],
      ]),
    ],
    [
      'a gap',
      joined(
        [
          [0, 0],
          [0, 4],
        ],
        [
          [0, 3],
          [0, 0],
        ],
      ),
    ],
    [
      'an overlap',
      joined(
        [
          [0, 0],
          [0, 3],
        ],
        [
          [0, 2],
          [0, 0],
        ],
      ),
    ],
    [
      'an end that is left out',
      joined(
        [
          [0, 0],
          [0, 4],
        ],
        [
          [0, 2],
          [0, 1],
        ],
      ),
    ],
    [
      'several axes',
      joined(
        [
          [1, 0],
          [0, 3],
        ],
        [
          [0, 3],
          [0, 0],
        ],
      ),
    ],
    [
      'an axis that follows the batch',
      joined(
        [
          [0, 0],
          [1, 0],
        ],
        [
          [1, 0],
          [0, 0],
        ],
      ),
    ],
    [
      'one that fills everything',
      joined(
        [
          [0, 0],
          [0, 0],
        ],
        [
          [0, 1],
          [0, 0],
        ],
      ),
    ],
  ])('leaves %s to be added', (_, node) => {
    expect(node).toBeNull()
  })
})
