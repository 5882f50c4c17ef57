import { disk, outline } from '../../vector/outline'
import { scaled } from '../../scene/colour'
import { anySurface, plain } from '../texture'
import type { Thing } from '../Thing'

/** A fish from the side; it swims to the right. */
export const fish: Thing = {
  id: 'fish',
  name: 'Fish',
  grounds: ['deep', 'deep', 'deep', 'deep', 'water', 'room'],
  turn: 0.5,
  draw(random) {
    const scales = anySurface(random)
    const fins = random.chance(0.5)
      ? anySurface(random)
      : plain(scaled(scales.first, random.uniform(0.3, 0.7)))
    const deep = random.uniform(0.3, 0.62)
    const fork = random.uniform(0.1, 0.34)
    return [
      {
        contours: outline(
          `M-.44 0 L-1 -.48 C-${(1 - fork).toFixed(2)} -.14 -${(1 - fork).toFixed(2)} .14 -1 .48`,
        ),
        surface: fins,
      },
      {
        contours: outline(`M-.3 ${-deep * 0.7} C-.2 ${-deep - 0.4} .2 ${-deep - 0.34} .4 ${-deep * 0.6}`),
        surface: fins,
      },
      {
        contours: outline(`M-.2 ${deep * 0.7} C-.2 ${deep + 0.26} .06 ${deep + 0.22} .16 ${deep * 0.8}`),
        surface: fins,
      },
      {
        contours: outline(
          `M.96 0 C.8 ${-deep * 0.8} .3 ${-deep * 1.2} -.1 ${-deep * 0.9} C-.36 ${-deep * 0.6} -.5 -.12 -.6 0 C-.5 .12 -.36 ${deep * 0.6} -.1 ${deep * 0.9} C.3 ${deep * 1.2} .8 ${deep * 0.8} .96 0`,
        ),
        surface: scales,
      },
      { contours: outline('M.2 .06 C.1 .34 -.06 .34 -.14 .26 C-.06 .2 .02 .1 .04 0'), surface: fins },
      { contours: [disk(0.62, -0.1, 0.13, 12)], surface: plain([0.85, 0.85, 0.8]) },
      { contours: [disk(0.64, -0.1, 0.075, 10)], surface: plain([0.01, 0.01, 0.01]) },
    ]
  },
}
