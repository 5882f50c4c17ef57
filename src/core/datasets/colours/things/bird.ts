import { disk, outline } from '../../vector/outline'
import { stroke } from '../../vector/stroke'
import { fromHsv, scaled } from '../../scene/colour'
import { anySurface, plain } from '../texture'
import type { Part, Thing } from '../Thing'
import type { Random } from '#core/tensor/Random'

/** A bird from the side, perched or on the wing; it looks to the right. */
export const bird: Thing = {
  id: 'bird',
  name: 'Bird',
  grounds: ['sky', 'sky', 'foliage', 'foliage', 'meadow', 'water', 'blurred'],
  turn: 0.35,
  draw: (random) => (random.chance(0.5) ? perched(random) : flying(random)),
}

function beakAndEye(random: Random, x: number, y: number): Part[] {
  const beak = fromHsv(random.uniform(0.05, 0.14), random.uniform(0.5, 0.95), random.uniform(0.4, 0.95))
  return [
    { contours: [[x + 0.16, y - 0.09, x + 0.46, y + 0.04, x + 0.14, y + 0.12]], surface: plain(beak) },
    { contours: [disk(x + 0.08, y - 0.04, 0.065, 10)], surface: plain([0.01, 0.01, 0.01]) },
  ]
}

function perched(random: Random): Part[] {
  const plumage = anySurface(random)
  const wing = random.chance(0.5) ? anySurface(random) : { ...plumage, first: scaled(plumage.first, 0.55) }
  const legs = stroke(
    [
      [-0.02, 0.5, -0.05, 0.9],
      [0.16, 0.5, 0.16, 0.9],
    ],
    { width: 0.07 },
  )
  return [
    { contours: legs, surface: plain([0.12, 0.07, 0.03]) },
    { contours: outline('M-.3 .02 L-1 .42 L-.86 .58 L-.2 .42'), surface: wing },
    {
      contours: outline(
        'M.5 -.5 C.62 -.16 .6 .3 .3 .5 C0 .68 -.42 .56 -.5 .24 C-.52 -.08 -.06 -.3 .12 -.46 C.2 -.5 .4 -.54 .5 -.5',
      ),
      surface: plumage,
    },
    { contours: [disk(0.36, -0.52, 0.29, 18)], surface: plumage },
    { contours: outline('M.14 -.2 C.3 .1 .06 .4 -.62 .42 C-.4 .16 -.3 -.1 .14 -.2'), surface: wing },
    ...beakAndEye(random, 0.46, -0.54),
  ]
}

function flying(random: Random): Part[] {
  const plumage = anySurface(random)
  const wing = random.chance(0.5) ? anySurface(random) : { ...plumage, first: scaled(plumage.first, 0.6) }
  const lift = random.uniform(0.55, 1)
  const up = outline(
    `M-.28 -.02 C-.3 ${-0.5 * lift} -.5 ${-0.8 * lift} -.74 ${-lift} C-.2 ${-0.92 * lift} .2 -.5 .3 -.06`,
  )
  const far = outline(
    `M-.1 -.02 C.1 ${-0.4 * lift} .16 ${-0.7 * lift} .1 ${-0.95 * lift} C.42 ${-0.6 * lift} .46 -.3 .36 -.04`,
  )
  return [
    { contours: far, surface: { ...wing, first: scaled(wing.first, 0.7) } },
    { contours: outline('M-.4 -.02 L-1 -.16 L-.94 .2 L-.34 .2'), surface: wing },
    {
      contours: outline('M.72 -.06 C.6 .3 .1 .36 -.5 .18 C-.5 0 -.1 -.18 .3 -.22 C.5 -.28 .7 -.2 .72 -.06'),
      surface: plumage,
    },
    { contours: up, surface: wing },
    ...beakAndEye(random, 0.52, -0.1),
  ]
}
