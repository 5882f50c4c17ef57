import type { Checked, Output } from '#contract/commands'
import type { Effect } from '#contract/playground'
import { attackOf } from '#core/attacks/index'
import { HalftoneError } from '#core/errors'
import { concatImages, sliceImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { transforms } from '#core/transforms/index'
import type { Transform } from '#core/transforms/Transform'
import type { LabContext } from '../LabContext'
import { classified, guessesOf, imageFor, pictureOf } from './picture'

export async function classifyPicture(
  { model: id, picture, seen }: Checked<'playground.classify'>,
  { ports, models }: LabContext,
): Promise<Output<'playground.classify'>> {
  return models.use(id, async (model) => {
    const image = await imageFor(model.info, picture, ports)
    return { ...(await classified(model, image, ports)), picture: seen ? pictureOf(image) : null }
  })
}

/** One picture, attacked alone. Without a label the likeliest class is attacked. */
export async function attackPicture(
  input: Checked<'playground.attack'>,
  { ports, models, signal, progress }: LabContext,
): Promise<Output<'playground.attack'>> {
  const { title } = attackOf(input.attack)
  return models.use(input.model, async (model) => {
    const image = await imageFor(model.info, input.picture, ports)
    const before = await classified(model, image, ports)
    const label = input.label ?? before.top[0]!.label
    progress(title, 0, 1)
    const started = ports.machine.ticks()
    const outcome = await model.attack(
      {
        attack: input.attack,
        params: input.params,
        images: image,
        labels: [label],
        ...(input.target === undefined ? {} : { targets: [input.target] }),
        seed: input.seed,
        batch: 1,
      },
      {
        signal,
        onProgress: ({ fraction }) => {
          progress(title, fraction, 1)
        },
      },
    )
    const time = ports.machine.ticks() - started
    const { verdict, distances, gradients, queries, target } = outcome.results[0]!
    return {
      clean: pictureOf(image),
      adversarial: pictureOf(outcome.images),
      before,
      after: await classified(model, outcome.images, ports),
      label,
      target: target ?? null,
      verdict,
      distances,
      gradients,
      queries,
      time,
    }
  })
}

/** Both pictures through one effect at each strength, classified together. Noise falls alike on both. */
export async function transformPictures(
  input: Checked<'playground.transform'>,
  { ports, models }: LabContext,
): Promise<Output<'playground.transform'>> {
  const transform = transformOf(input.transform)
  for (const strength of input.strengths) checkStrength(transform, strength)
  return models.use(input.model, async (model) => {
    const pair = [
      await imageFor(model.info, input.clean, ports),
      await imageFor(model.info, input.adversarial, ports),
    ]
    const parts = await Promise.all(
      input.strengths.flatMap((strength) =>
        pair.map((image) =>
          transform.apply(image, strength, {
            random: new Random(`${input.seed}/${input.transform}/${strength}`),
            jpeg: ports.pictures.throughJpeg,
          }),
        ),
      ),
    )
    const images = concatImages(parts)
    const logits = await model.classify(images)
    const seen = (index: number): Effect['clean'] => ({
      picture: pictureOf(sliceImages(images, index, index + 1)),
      top: guessesOf(logits, index, model.info.classes),
    })
    return input.strengths.map((strength, i) => ({
      strength,
      clean: seen(2 * i),
      adversarial: seen(2 * i + 1),
    }))
  })
}

/** @throws HalftoneError `not-found` naming the effects there are */
function transformOf(id: string): Transform {
  if (Object.hasOwn(transforms, id)) return transforms[id as keyof typeof transforms]
  throw new HalftoneError(
    'not-found',
    `There is no effect "${id}". There are: ${Object.keys(transforms).join(', ')}.`,
  )
}

function checkStrength({ title, axis, min, max }: Transform, strength: number): void {
  if (strength >= min && strength <= max) return
  throw new HalftoneError(
    'invalid-argument',
    `${title}: expected strengths (${axis}) from ${min} to ${max}, got ${strength}.`,
  )
}
