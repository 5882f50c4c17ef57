import { ellipse, outline, placed } from '../../vector/outline'
import { stroke } from '../../vector/stroke'
import { scaled } from '../../scene/colour'
import { anySurface, plain, vivid } from '../texture'
import type { Part, Thing } from '../Thing'

/** A butterfly seen from above, wings spread. */
export const butterfly: Thing = {
  id: 'butterfly',
  name: 'Butterfly',
  grounds: ['foliage', 'foliage', 'meadow', 'blurred', 'wall'],
  turn: Math.PI,
  draw(random) {
    const wings = anySurface(random)
    const lower = random.chance(0.5) ? wings : anySurface(random)
    const rim = plain(scaled(wings.first, random.uniform(0.05, 0.4)))
    const open = random.uniform(0.6, 1)
    const fore = outline('M.06 -.1 C.3 -.6 .7 -.86 .98 -.74 C1.06 -.4 .8 .06 .08 .1')
    const hind = outline('M.06 .06 C.6 .02 .84 .3 .7 .62 C.54 .86 .24 .7 .06 .2')
    const both = (shape: typeof fore, scale: number) =>
      [1, -1].flatMap((side) =>
        placed(shape, { scale, mirror: side < 0 }).map((c) =>
          c.map((value, i) => (i % 2 === 0 ? value * open : value)),
        ),
      )
    const parts: Part[] = [
      { contours: both(hind, 1), surface: random.chance(0.6) ? rim : lower },
      { contours: both(hind, 0.84), surface: lower },
      { contours: both(fore, 1), surface: random.chance(0.6) ? rim : wings },
      { contours: both(fore, 0.86), surface: wings },
    ]
    if (random.chance(0.6)) {
      const eyes = [1, -1].flatMap((side) => [
        ellipse(side * 0.66 * open, -0.42, 0.13, 0.15, 12),
        ellipse(side * 0.44 * open, 0.42, 0.11, 0.12, 12),
      ])
      parts.push({ contours: eyes, surface: plain(vivid(random)) })
    }
    const dark = plain([0.02, 0.015, 0.01])
    parts.push(
      {
        contours: stroke(
          [
            [0.02, -0.3, 0.24, -0.8],
            [-0.02, -0.3, -0.24, -0.8],
          ],
          { width: 0.06 },
        ),
        surface: dark,
      },
      { contours: [ellipse(0, 0.08, 0.09, 0.5, 16)], surface: dark },
    )
    return parts
  },
}
