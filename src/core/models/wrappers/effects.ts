import { HalftoneError } from '#core/errors'
import { levels, type StrengthLevel } from '#core/simulator/levels'
import type { Random } from '#core/tensor/Random'
import type { ThroughJpeg } from '#core/transforms/Transform'
import { transforms } from '#core/transforms/index'
import type { ImageMap } from './ImageMap'
import { blur } from './maps/blur'
import { pointwise } from './maps/pointwise'
import { pose } from './maps/pose'
import { printCamera } from './maps/printCamera'
import { straightThrough } from './maps/straightThrough'

/** A random effect on images, of adjustable strength: what an expectation is taken over. */
export interface Effect {
  readonly title: string
  /** What the strength is, with its unit. */
  readonly strength: string
  readonly min: number
  readonly max: number
  readonly default: number
  /** Draws averaged for a gradient, unless more or fewer are asked for: fewer where each takes long. */
  readonly draws: number
  /** How its gradient is had. */
  readonly gradient: 'exact' | 'identity' | 'fitted'
  /** One draw. @param jpeg a codec, which the core has none of */
  draw(strength: number, random: Random, jpeg: ThroughJpeg): ImageMap
}

const printLevels = Object.keys(levels) as StrengthLevel[]

/** Every effect by its name. A new effect is an entry here. */
export const effects = {
  brightness: {
    title: 'Brightness',
    strength: 'greatest added levels, of 255',
    min: 0,
    max: 255,
    default: 25,
    draws: 8,
    gradient: 'exact',
    draw(strength, random) {
      const added = random.uniform(-strength, strength) / 255
      return pointwise(`brightness ${added.toFixed(3)}`, (pixel) => pixel + added, 1)
    },
  },
  contrast: {
    title: 'Contrast',
    strength: 'greatest change of the factor about middle grey, 0.2 for 0.8 to 1.2',
    min: 0,
    max: 1,
    default: 0.2,
    draws: 8,
    gradient: 'exact',
    draw(strength, random) {
      const factor = 1 + random.uniform(-strength, strength)
      return pointwise(`contrast ${factor.toFixed(3)}`, (pixel) => 0.5 + factor * (pixel - 0.5), factor)
    },
  },
  blur: {
    title: 'Gaussian blur',
    strength: 'greatest sigma, px',
    min: 0,
    max: 10,
    default: 1,
    draws: 8,
    gradient: 'exact',
    draw: (strength, random) => blur(random.uniform(0, strength)),
  },
  noise: {
    title: 'Gaussian noise',
    strength: 'standard deviation in levels of 255',
    min: 0,
    max: 255,
    default: 8,
    draws: 8,
    gradient: 'exact',
    draw: (strength, random) =>
      pointwise(`noise ${strength}`, (pixel) => pixel + random.normal(0, strength / 255), 1),
  },
  pose: {
    title: 'Turn, size and place',
    strength:
      'greatest turn in degrees; the size varies by a hundredth and the place by half of one for each',
    min: 0,
    max: 90,
    default: 5,
    draws: 8,
    gradient: 'exact',
    draw(strength, random) {
      const spread = (part: number): number => random.uniform(-1, 1) * strength * part
      return pose({
        turn: spread(1),
        zoom: Math.max(0.1, 1 + spread(0.01)),
        right: spread(0.005),
        down: spread(0.005),
      })
    },
  },
  jpeg: {
    title: 'JPEG',
    strength: 'least quality, as libjpeg counts it',
    min: 1,
    max: 100,
    default: 60,
    draws: 8,
    gradient: 'identity',
    draw(strength, random, jpeg) {
      const quality = Math.round(random.uniform(strength, 100))
      return straightThrough(`jpeg ${quality}`, (images) =>
        transforms.jpeg.apply(images, quality, { random, jpeg }),
      )
    },
  },
  'print-camera': {
    title: 'Print and camera',
    strength: `roughness: ${printLevels.map((level, i) => `${i} ${level}`).join(', ')}`,
    min: 0,
    max: printLevels.length - 1,
    default: 1,
    draws: 4,
    gradient: 'fitted',
    draw: (strength, random) => printCamera(printLevels[Math.round(strength)]!, random),
  },
} as const satisfies Record<string, Effect>

export type EffectId = keyof typeof effects
export const effectIds = Object.keys(effects) as EffectId[]

/** @throws HalftoneError `not-found`, `invalid-argument` for a strength out of range */
export function effectOf(id: string, strength?: number): { effect: Effect; strength: number } {
  if (!Object.hasOwn(effects, id)) {
    throw new HalftoneError('not-found', `There is no effect "${id}". There are: ${effectIds.join(', ')}.`)
  }
  const effect: Effect = effects[id as EffectId]
  const value = strength ?? effect.default
  if (value >= effect.min && value <= effect.max) return { effect, strength: value }
  throw new HalftoneError(
    'invalid-argument',
    `The strength of ${id} (${effect.strength}) must be from ${effect.min} to ${effect.max}, got ${value}.`,
  )
}
