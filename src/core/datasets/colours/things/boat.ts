import { outline } from '../../vector/outline'
import { stroke } from '../../vector/stroke'
import { anySurface, plain, vivid } from '../texture'
import { mixed } from '../../scene/colour'
import type { Part, Thing } from '../Thing'

/** A sailing boat with one sail or two. */
export const boat: Thing = {
  id: 'boat',
  name: 'Sailing boat',
  grounds: ['water', 'water', 'water', 'water', 'sky', 'meadow'],
  turn: 0.18,
  draw(random) {
    const hull = anySurface(random)
    const canvas = random.chance(0.6)
      ? plain(mixed(vivid(random), [0.92, 0.92, 0.9], 0.75))
      : anySurface(random)
    const lean = random.uniform(-0.06, 0.06)
    const parts: Part[] = [
      { contours: stroke([[0, 0.5, lean, -1]], { width: 0.07 }), surface: plain([0.1, 0.06, 0.03]) },
      { contours: outline(`M.06 .36 L${lean + 0.05} -.96 C.5 -.5 .72 0 .78 .3`), surface: canvas },
    ]
    if (random.chance(0.7)) {
      parts.push({
        contours: outline(`M-.06 .32 L${lean - 0.05} -.8 C-.3 -.4 -.56 .1 -.72 .34`),
        surface: random.chance(0.7) ? canvas : anySurface(random),
      })
    }
    parts.push({
      contours: outline('M-.94 .46 L.96 .42 C.84 .72 .66 .88 .5 .9 L-.56 .9 C-.74 .82 -.86 .66 -.94 .46'),
      surface: hull,
    })
    return parts
  },
}
