import { disk, outline } from '../../vector/outline'
import { mixed, scaled } from '../../scene/colour'
import { anySurface, plain } from '../texture'
import type { Part, Thing } from '../Thing'

/** A mushroom: a domed, pointed or flat cap, often with warts, on a stem. */
export const mushroom: Thing = {
  id: 'mushroom',
  name: 'Mushroom',
  grounds: ['meadow', 'foliage', 'foliage', 'foliage', 'blurred'],
  turn: 0.3,
  draw(random) {
    const cap = anySurface(random)
    const pale = plain(mixed(cap.second, [0.85, 0.8, 0.7], random.uniform(0.5, 0.95)))
    const crown = random.uniform(-1, -0.55)
    const [stem, foot] = [random.uniform(0.12, 0.24), random.uniform(0.18, 0.36)]
    const brim = random.uniform(0.7, 0.98)
    const parts: Part[] = [
      { contours: outline(`M${-stem} 0 L${-foot} .94 L${foot} .94 L${stem} 0`), surface: pale },
      {
        contours: outline(`M${-brim} 0 C${-brim * 0.6} .2 ${brim * 0.6} .2 ${brim} 0`),
        surface: plain(scaled(pale.first, 0.55)),
      },
      {
        contours: outline(
          `M${-brim} .02 C${-brim} ${crown * 0.7} -.4 ${crown} 0 ${crown} C.4 ${crown} ${brim} ${crown * 0.7} ${brim} .02 C${brim * 0.5} .12 ${-brim * 0.5} .12 ${-brim} .02`,
        ),
        surface: cap,
      },
    ]
    if (random.chance(0.5)) {
      const warts = Array.from({ length: 4 + random.int(4) }, () =>
        disk(
          random.uniform(-0.6, 0.6) * brim,
          crown * random.uniform(0.15, 0.75),
          random.uniform(0.06, 0.13),
          10,
        ),
      )
      parts.push({ contours: warts, surface: pale })
    }
    return parts
  },
}
