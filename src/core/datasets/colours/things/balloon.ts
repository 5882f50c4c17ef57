import { outline, rectangle } from '../../vector/outline'
import { stroke } from '../../vector/stroke'
import { anySurface, plain, toned, vivid } from '../texture'
import type { Thing } from '../Thing'

const envelope = outline(
  'M0 -1 C.52 -1 .78 -.66 .76 -.3 C.74 .06 .34 .3 .2 .56 L-.2 .56 C-.34 .3 -.74 .06 -.76 -.3 C-.78 -.66 -.52 -1 0 -1',
)

/** A hot-air balloon: a silk envelope, often in gores, over a basket on ropes. */
export const balloon: Thing = {
  id: 'balloon',
  name: 'Hot-air balloon',
  grounds: ['sky', 'sky', 'sky', 'meadow', 'water'],
  turn: 0.2,
  draw(random) {
    const silk = anySurface(random)
    const rate = random.uniform(5, 9)
    const gores = {
      first: silk.first,
      second: vivid(random),
      pattern: (u: number, v: number) => {
        // Gores run from crown to mouth: they widen with the envelope.
        const across = u / Math.max(0.2, 0.8 - 0.75 * (v + 0.3) ** 2)
        return Math.max(0, Math.min(1, 0.5 + 1.4 * Math.sin(rate * across)))
      },
    }
    const ropes = stroke(
      [
        [-0.16, 0.5, -0.1, 0.8],
        [0.16, 0.5, 0.1, 0.8],
      ],
      { width: 0.05 },
    )
    return [
      { contours: ropes, surface: plain([0.06, 0.05, 0.04]) },
      { contours: envelope, surface: random.chance(0.6) ? gores : silk },
      { contours: [rectangle(-0.15, 0.76, 0.3, 0.24)], surface: toned(random, 0.08, 0.6, 0.4) },
    ]
  },
}
