import { disk, ellipse, rectangle, type Contour } from '../../vector/outline'
import { anySurface, toned, type Surface } from '../texture'
import type { Random } from '#core/tensor/Random'
import type { Part, Thing } from '../Thing'

/** A broad-leaved tree or a conifer. */
export const tree: Thing = {
  id: 'tree',
  name: 'Tree',
  grounds: ['meadow', 'meadow', 'meadow', 'street', 'sky', 'water'],
  turn: 0.1,
  draw(random) {
    const leaves = random.chance(0.75)
      ? toned(random, random.pick([0.3, 0.26, 0.22, 0.35, 0.08, 0.12]), 0.65, 0.45)
      : anySurface(random)
    const width = random.uniform(0.1, 0.2)
    const trunk: Part = {
      contours: [rectangle(-width / 2, 0, width, 1)],
      surface: toned(random, 0.07, 0.5, 0.32),
    }
    return random.chance(0.5) ? conifer(random, leaves, trunk) : broad(random, leaves, trunk)
  },
}

function conifer(random: Random, leaves: Surface, trunk: Part): Part[] {
  const [tiers, spread] = [2 + random.int(3), random.uniform(0.4, 0.7)]
  const contours = Array.from({ length: tiers }, (_, i): Contour => {
    const top = -1 + (1.1 * i) / tiers
    const half = spread * (0.45 + (0.55 * (i + 1)) / tiers)
    return [0, top, half, top + 1.7 / tiers + 0.12, -half, top + 1.7 / tiers + 0.12]
  })
  return [trunk, { contours, surface: leaves }]
}

function broad(random: Random, leaves: Surface, trunk: Part): Part[] {
  const crown: Contour[] = [ellipse(0, -0.35, random.uniform(0.45, 0.7), random.uniform(0.45, 0.6), 24)]
  for (let i = 0; i < 6; i++) {
    const turn = random.uniform(0, 2 * Math.PI)
    crown.push(disk(0.45 * Math.cos(turn), -0.35 + 0.35 * Math.sin(turn), random.uniform(0.2, 0.34), 16))
  }
  return [trunk, { contours: crown, surface: leaves }]
}
