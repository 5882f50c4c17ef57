import { HalftoneError } from '#core/errors'
import { Random } from '#core/tensor/Random'
import { concatImages, sliceImages, toBytes, toFloats, type ByteImages } from '#core/tensor/Images'
import type { ThroughJpeg } from '#core/transforms/Transform'
import { transforms, type TransformId } from '#core/transforms/index'
import type { DifferentiableModel } from '../DifferentiableModel'
import { effectOf } from './effects'
import { ExpectationModel } from './ExpectationModel'
import { compose, type ImageMap } from './ImageMap'
import { MappedModel } from './MappedModel'
import { blur } from './maps/blur'
import { straightThrough } from './maps/straightThrough'
import { pixelSeed } from './pixelSeed'

/** What stands between an attack and the model, as plain data. */
export interface Through {
  /** Attack the expectation over these effects, one after the other in each draw. */
  readonly eot?: { readonly effects: readonly NamedStrength[]; readonly draws?: number }
  /** The model is defended by this transformation of its input; the attack's way back through it is the identity. */
  readonly bpda?: NamedStrength
  /** The attack moves z, and the image is x = z blurred by this sigma in px: nothing finer than that can be in it. */
  readonly smooth?: number
}

export interface NamedStrength {
  readonly name: string
  readonly strength?: number
}

/** The parts of an attack's job that a wrapping decides. */
export interface Wrapped {
  /** What is attacked. */
  readonly model: DifferentiableModel
  /** Who judges the 8-bit images: with draws that the attack has not seen, or without the change of variable. */
  readonly judge: DifferentiableModel
  /** The images that the attacked ones stand for, for a change of variable. */
  readonly realise?: (images: ByteImages) => Promise<ByteImages>
}

/**
 * How many draws an attacker's gradient and a judge's answer are the mean of: as asked for, or as the dearest of the effects
 * has it; the judge takes at least twice as many as is usual.
 * @throws HalftoneError `not-found`, `invalid-argument`
 */
export function drawsOf({ effects, draws }: NonNullable<Through['eot']>): {
  readonly attacker: number
  readonly judge: number
} {
  if (effects.length === 0 || !(draws === undefined || (Number.isInteger(draws) && draws >= 1))) {
    throw new HalftoneError(
      'invalid-argument',
      `Expected at least one effect and a whole number of draws, got ${effects.length} and ${draws}.`,
    )
  }
  const usual = Math.min(...effects.map(({ name, strength }) => effectOf(name, strength).effect.draws))
  const attacker = draws ?? usual
  return { attacker, judge: Math.max(attacker, 2 * usual) }
}

/**
 * Puts wrappers round a model. Defense first, then the transformations of the world, then the change of variable.
 * @throws HalftoneError `not-found`, `invalid-argument` for an effect or strength that there is not
 */
export function throughWrappers(
  model: DifferentiableModel,
  through: Through,
  context: {
    readonly seed: string
    readonly jpeg: ThroughJpeg
    readonly onDraw?: (() => Promise<void>) | undefined
  },
): Wrapped {
  const { eot, bpda, smooth } = through
  const defended = bpda ? new MappedModel(model, defense(bpda, context)) : model
  let [attacked, judge] = [defended, defended]
  if (eot) {
    const draws = drawsOf(eot)
    const draw = drawOf(eot.effects, context.jpeg)
    const { seed, onDraw } = context
    attacked = new ExpectationModel(defended, draw, { draws: draws.attacker, seed: `${seed}/eot`, onDraw })
    judge = new ExpectationModel(defended, draw, { draws: draws.judge, seed: `${seed}/judge`, onDraw })
  }
  if (smooth === undefined) return { model: attacked, judge }
  if (!(smooth > 0 && smooth <= 50)) {
    throw new HalftoneError('invalid-argument', `The sigma must be above 0 and at most 50 px, got ${smooth}.`)
  }
  const h = blur(smooth)
  return {
    model: new MappedModel(attacked, h),
    judge,
    realise: (images) => Promise.resolve(toBytes(h.filter(toFloats(images)))),
  }
}

function drawOf(named: readonly NamedStrength[], jpeg: ThroughJpeg): (random: Random) => ImageMap {
  const chain = named.map(({ name, strength }) => effectOf(name, strength))
  return (random) =>
    chain
      .map(({ effect, strength }, i) => effect.draw(strength, random.fork(i), jpeg))
      .reduce((inner, outer) => compose(outer, inner))
}

/** A transformation of the study as a defense: the same for the same image. */
function defense(
  { name, strength }: NamedStrength,
  { seed, jpeg }: { readonly seed: string; readonly jpeg: ThroughJpeg },
): ImageMap {
  if (!Object.hasOwn(transforms, name)) {
    const known = Object.keys(transforms).join(', ')
    throw new HalftoneError('not-found', `There is no transformation "${name}". There are: ${known}.`)
  }
  const transform = transforms[name as TransformId]
  const value = strength ?? transform.strengths[0]!
  if (!(value >= transform.min && value <= transform.max)) {
    throw new HalftoneError(
      'invalid-argument',
      `The strength of ${name} (${transform.axis}) must be from ${transform.min} to ${transform.max}, got ${value}.`,
    )
  }
  return straightThrough(`${name} ${value}`, async (images) => {
    const parts: ByteImages[] = []
    for (let n = 0; n < images.count; n++) {
      const one = sliceImages(images, n, n + 1)
      const random = new Random(`${seed}/defense/${pixelSeed(toFloats(one).data)}`)
      parts.push(await transform.apply(one, value, { random, jpeg }))
    }
    return concatImages(parts)
  })
}
