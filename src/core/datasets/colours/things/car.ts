import { disk, outline } from '../../vector/outline'
import { anySurface, plain } from '../texture'
import { scaled } from '../../scene/colour'
import type { Random } from '#core/tensor/Random'
import type { Thing } from '../Thing'

/** Saloon, hatchback and van from the side. */
const bodies = [
  {
    body: 'M-1 .34 L-.98 .02 C-.9 -.06 -.7 -.1 -.58 -.12 L-.3 -.46 L.3 -.46 L.56 -.12 C.8 -.1 .94 -.02 1 .12 L1 .36',
    panes: ['M-.46 -.12 L-.26 -.38 L-.03 -.38 L-.03 -.12', 'M.05 -.12 L.05 -.38 L.26 -.38 L.44 -.12'],
  },
  {
    body: 'M-.94 .34 L-.92 -.1 L-.76 -.5 L.16 -.5 L.5 -.12 C.78 -.1 .92 -.02 .96 .12 L.96 .36',
    panes: ['M-.76 -.12 L-.66 -.42 L-.26 -.42 L-.26 -.12', 'M-.18 -.12 L-.18 -.42 L.12 -.42 L.36 -.12'],
  },
  {
    body: 'M-.98 .36 L-.98 -.56 C-.9 -.62 .4 -.62 .5 -.58 L.78 -.12 C.92 -.08 .98 0 1 .14 L1 .36',
    panes: ['M.14 -.14 L.14 -.46 L.42 -.46 L.6 -.14', 'M-.7 -.14 L-.7 -.44 L-.3 -.44 L-.3 -.14'],
  },
]

/** A car from the side. */
export const car: Thing = {
  id: 'car',
  name: 'Car',
  grounds: ['street', 'street', 'street', 'meadow', 'wall'],
  turn: 0.12,
  draw(random: Random) {
    const { body, panes } = random.pick(bodies)
    const paint = random.chance(0.75) ? plain(anySurface(random).first) : anySurface(random)
    const glass = scaled([0.25, 0.33, 0.4], random.uniform(0.15, 1.6))
    const tyre = random.uniform(0.01, 0.05)
    const r = random.uniform(0.2, 0.26)
    const hubs = random.uniform(0.2, 0.7)
    return [
      { contours: outline(body), surface: paint },
      { contours: panes.flatMap((pane) => outline(pane)), surface: plain(glass) },
      {
        contours: outline('M-.98 .24 L.98 .24 L.98 .37 L-.98 .37'),
        surface: plain(scaled(paint.first, 0.35)),
      },
      { contours: [disk(-0.56, 0.38, r, 18), disk(0.58, 0.38, r, 18)], surface: plain([tyre, tyre, tyre]) },
      {
        contours: [disk(-0.56, 0.38, r * 0.5, 12), disk(0.58, 0.38, r * 0.5, 12)],
        surface: plain([hubs, hubs, hubs]),
      },
      { contours: outline('M.9 .02 L1 .06 L1 .18 L.9 .18'), surface: plain([0.95, 0.85, 0.5]) },
    ]
  },
}
