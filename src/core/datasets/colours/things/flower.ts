import { disk, ellipse, placed } from '../../vector/outline'
import { stroke } from '../../vector/stroke'
import { fromHsv, scaled } from '../../scene/colour'
import { anySurface, plain, toned } from '../texture'
import type { Part, Thing } from '../Thing'

/** A flower: petals in one ring or two round a disk, on a stem with leaves. */
export const flower: Thing = {
  id: 'flower',
  name: 'Flower',
  grounds: ['meadow', 'foliage', 'foliage', 'room', 'blurred', 'wall'],
  turn: 0.35,
  draw(random) {
    const petals = 5 + random.int(5)
    const [long, wide] = [random.uniform(0.3, 0.4), random.uniform(0.13, 0.24)]
    const first = random.uniform(0, 6.3)
    const y = -0.34
    const ring = (reach: number, turn: number) =>
      Array.from({ length: petals }, (_, i) => {
        const angle = turn + (2 * Math.PI * i) / petals
        const at = { x: Math.cos(angle) * reach, y: y + Math.sin(angle) * reach, turn: angle }
        return placed([ellipse(0, 0, long, wide, 14)], at)[0]!
      })
    const paint = anySurface(random)
    const green = toned(random, 0.3, 0.7, 0.45)
    const parts: Part[] = [
      { contours: stroke([[0, -0.2, random.uniform(-0.1, 0.1), 0.4, 0, 1]], { width: 0.1 }), surface: green },
    ]
    if (random.chance(0.7)) {
      const leaf = (side: number, at: number) =>
        placed([ellipse(0.3, 0, 0.3, 0.1, 12)], { y: at, turn: -0.6, mirror: side < 0 })
      parts.push({ contours: [...leaf(1, 0.6), ...leaf(-1, 0.74)], surface: green })
    }
    parts.push({ contours: ring(0.34, first), surface: paint })
    if (random.chance(0.4)) {
      parts.push({ contours: ring(0.22, first + Math.PI / petals), surface: plain(scaled(paint.first, 0.7)) })
    }
    const heart = fromHsv(random.uniform(0.04, 0.17), random.uniform(0.4, 0.95), random.uniform(0.2, 0.95))
    parts.push({ contours: [disk(0, y, random.uniform(0.13, 0.22), 16)], surface: plain(heart) })
    return parts
  },
}
