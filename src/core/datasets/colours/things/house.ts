import { outline, rectangle } from '../../vector/outline'
import { scaled } from '../../scene/colour'
import { anySurface, plain, vivid } from '../texture'
import type { Part, Thing } from '../Thing'

/** A house with a gable or hipped roof, a door and windows. */
export const house: Thing = {
  id: 'house',
  name: 'House',
  grounds: ['meadow', 'meadow', 'meadow', 'sky', 'foliage', 'street'],
  turn: 0.08,
  draw(random) {
    const [half, eaves, ridge] = [
      random.uniform(0.6, 0.86),
      random.uniform(-0.3, 0),
      random.uniform(-0.95, -0.65),
    ]
    const hip = random.chance(0.5) ? random.uniform(0.25, 0.6) : 0
    const over = random.uniform(0.06, 0.16)
    const front = anySurface(random)
    const roof = random.chance(0.5) ? anySurface(random) : plain(scaled(vivid(random), 0.6))
    const glass = plain(
      random.chance(0.3) ? [0.95, 0.8, 0.35] : scaled([0.25, 0.32, 0.4], random.uniform(0.2, 1.4)),
    )
    const parts: Part[] = []
    if (random.chance(0.5)) {
      const x = random.uniform(0.2, 0.4) * (random.chance(0.5) ? 1 : -1)
      parts.push({
        contours: [rectangle(x - 0.09, ridge - 0.04, 0.18, 0.5)],
        surface: plain(scaled(vivid(random), 0.5)),
      })
    }
    parts.push(
      { contours: [rectangle(-half, eaves, 2 * half, 0.9 - eaves)], surface: front },
      {
        contours: outline(
          `M${-half - over} ${eaves + 0.05} L${-hip * half} ${ridge} L${hip * half} ${ridge} L${half + over} ${eaves + 0.05}`,
        ),
        surface: roof,
      },
    )
    const door = random.uniform(-0.5, 0.3) * half
    const panes = [-0.62, 0.14, 0.62].map((at) => at * half).filter((x) => Math.abs(x - door) > 0.3)
    const upper = eaves < -0.15 ? [-0.55, 0.3].map((at) => rectangle(at * half, eaves + 0.1, 0.24, 0.22)) : []
    parts.push(
      { contours: [rectangle(door - 0.12, 0.4, 0.26, 0.5)], surface: plain(scaled(vivid(random), 0.45)) },
      { contours: [...panes.map((x) => rectangle(x - 0.12, 0.32, 0.25, 0.26)), ...upper], surface: glass },
    )
    return parts
  },
}
