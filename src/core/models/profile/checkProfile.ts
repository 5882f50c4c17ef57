import type { ModelProfile } from '#contract/profile'
import { HalftoneError, throwIfCancelled, type CancelSignal } from '#core/errors'
import { rowOf, topK } from '#core/metrics/classification'
import { pixelsPerImage, sliceImages, toFloats, type ByteImages, type Images } from '#core/tensor/Images'
import { checkClasses } from '../checkClasses'
import { checkImages } from '../checkImages'
import type { DifferentiableModel } from '../DifferentiableModel'
import { profileCandidates, type PixelProfile } from './candidates'
import { pixelMap } from './foldProfile'
import { atLeast, fairCoin } from './luck'
import { calibratedLosses } from './temperature'

/** How well a model does on labelled images when its input is made in one way. */
export interface ProfileFit {
  readonly profile: ModelProfile
  readonly title: string
  /** Images whose likeliest class is right, and whose five likeliest have the right one, of `of`. */
  readonly right: number
  readonly rightTop5: number
  readonly of: number
  /**
   * Mean of -log p(label), at the temperature that suits this profile best: tells profiles apart that name the same classes,
   * and gives nothing for scores that are merely larger.
   */
  readonly logLoss: number
  /** The profile that the model has now. */
  readonly chosen: boolean
}

export interface ProfileCheck {
  /** Best first; but the present one leads where none does better by more than luck. */
  readonly ranked: readonly ProfileFit[]
  /**
   * `fits`: no other does better by more than luck, and it names classes better than guessing. `other-fits`: the first of
   * `ranked` does. `none-fits`: no profile beats guessing: labels, or the images, are not the model's.
   */
  readonly verdict: 'fits' | 'other-fits' | 'none-fits'
  /** The verdict for a person, with what to do. */
  readonly advice: string
}

export interface ProfileCheckTask {
  /** Opened with plain pixels ([0,1], RGB): the candidates' numbers are made outside of it. */
  readonly model: DifferentiableModel
  /** The profile in use. */
  readonly current: ModelProfile
  readonly images: ByteImages
  readonly labels: readonly number[]
  readonly signal?: CancelSignal | undefined
  readonly progress?: ((done: { readonly done: number; readonly total: number }) => void) | undefined
}

/** Images in one run. */
const batch = 16

/** A better profile is believed when luck would do as much this rarely. */
const doubt = 0.01

/**
 * Tries the known ways of preprocessing on a few labelled images and ranks them, so that a wrong profile is seen before
 * anything is attacked: classifiers lose accuracy by a wrong mean or range, but rarely all of it.
 * @throws HalftoneError `invalid-argument` without images or with labels that are no classes; `cancelled`
 */
export async function checkProfile(task: ProfileCheckTask): Promise<ProfileCheck> {
  const { model, current, images, labels } = task
  if (images.count === 0) {
    throw new HalftoneError(
      'invalid-argument',
      'Expected labelled images to check the profile with, got none.',
    )
  }
  checkImages(model.input, images)
  checkClasses('label', labels, images.count, model.classes.length)
  const candidates = profileCandidates(current, model.input.channels)
  const total = candidates.length * images.count
  const tried: Tried[] = []
  for (const [i, { title, pixels }] of candidates.entries()) {
    const answers = await answersTo(task, pixels, (done) => {
      task.progress?.({ done: i * images.count + done, total })
    })
    tried.push({ fit: fitOf({ title, pixels, chosen: i === 0 }, current, answers), answers })
  }
  const own = tried[0]!
  const byNumbers = tried.toSorted(
    (a, b) =>
      b.fit.right - a.fit.right ||
      a.fit.logLoss - b.fit.logLoss ||
      Number(b.fit.chosen) - Number(a.fit.chosen),
  )
  // A handful of images cannot tell like profiles apart: then what the file or a person says is worth more.
  const [best, ...others] = byNumbers as [Tried, ...Tried[]]
  const ranked: [Tried, ...Tried[]] =
    best === own || isBetter(best, own) ? [best, ...others] : [own, ...byNumbers.filter((one) => one !== own)]
  return { ranked: ranked.map(({ fit }) => fit), ...verdictOf(own, ranked, model.classes.length) }
}

interface Answer {
  readonly right: boolean
  readonly rightTop5: boolean
  readonly loss: number
}

interface Tried {
  readonly fit: ProfileFit
  readonly answers: readonly Answer[]
}

async function answersTo(
  { model, images, labels, signal }: ProfileCheckTask,
  pixels: PixelProfile,
  progress: (done: number) => void,
): Promise<readonly Answer[]> {
  const rows: Float32Array[] = []
  for (let start = 0; start < images.count; start += batch) {
    throwIfCancelled(signal)
    const end = Math.min(start + batch, images.count)
    const logits = await model.logits(inProfile(toFloats(sliceImages(images, start, end)), pixels))
    for (let i = start; i < end; i++) rows.push(rowOf(logits, i - start))
    progress(end)
  }
  const losses = calibratedLosses(rows, labels)
  return rows.map((row, i) => {
    const label = labels[i]!
    const top = topK(row, 5)
    return { right: top[0] === label, rightTop5: top.includes(label), loss: losses[i]! }
  })
}

/** The numbers that a model of this profile would get, in the places where a model of plain pixels takes them. */
function inProfile(images: Images, pixels: PixelProfile): Images {
  const { channels, count, height, width } = images
  const { scale, shift } = pixelMap(pixels, channels)
  const plane = height * width
  const data = new Float32Array(images.data.length)
  const turned = pixels.channelOrder === 'BGR' && channels === 3
  for (let n = 0; n < count; n++) {
    const image = n * pixelsPerImage(images)
    for (let c = 0; c < channels; c++) {
      const from = image + (turned ? channels - 1 - c : c) * plane
      const to = image + c * plane
      for (let i = 0; i < plane; i++) data[to + i] = images.data[from + i]! * scale[c]! + shift[c]!
    }
  }
  return { ...images, data }
}

function fitOf(
  { title, pixels, chosen }: { title: string; pixels: PixelProfile; chosen: boolean },
  current: ModelProfile,
  answers: readonly Answer[],
): ProfileFit {
  const tried = { origin: 'given', reason: `tried on ${answers.length} images: ${title}` } as const
  const { sources } = current
  const profile: ModelProfile = chosen
    ? current
    : {
        ...current,
        ...pixels,
        sources: { ...sources, range: tried, mean: tried, std: tried, channelOrder: tried },
      }
  return {
    profile,
    title,
    right: answers.filter(({ right }) => right).length,
    rightTop5: answers.filter(({ rightTop5 }) => rightTop5).length,
    of: answers.length,
    logLoss: answers.reduce((sum, { loss }) => sum + loss, 0) / answers.length,
    chosen,
  }
}

function verdictOf(
  own: Tried,
  [best, ...rest]: readonly [Tried, ...Tried[]],
  classes: number,
): Pick<ProfileCheck, 'verdict' | 'advice'> {
  const count = ({ fit }: Tried): string => `${fit.right} of ${fit.of}`
  if (atLeast(best.fit.right, best.fit.of, 1 / classes) > doubt) {
    return {
      verdict: 'none-fits',
      advice:
        `No profile names more of the images right than guessing would (the best: ${count(best)}). Either there are too few ` +
        "images, or the labels are not in the model's order of classes, or these are not its kind of pictures.",
    }
  }
  const asGood = unruled(best, rest)
  if (best !== own) {
    const { title } = best.fit
    return {
      verdict: 'other-fits',
      advice: `Another profile fits better: "${title}" names ${count(best)} right, the present one ${count(own)}. Take it over.${asGood}`,
    }
  }
  return { verdict: 'fits', advice: `The present profile fits: it names ${count(own)} right.${asGood}` }
}

/** Says which profiles do no worse than the first by more than luck: those, such images cannot tell from it. */
function unruled(first: Tried, rest: readonly Tried[]): string {
  const rivals = rest.filter((one) => !isBetter(first, one)).map(({ fit }) => `"${fit.title}"`)
  if (rivals.length === 0) return ''
  const more = rivals.length > 2 ? ` and ${rivals.length - 2} more` : ''
  return ` So many images do not rule out ${rivals.slice(0, 2).join(', ')}${more}: more of them, or harder ones, would.`
}

/** Sign tests, image by image: on who is right, and on who is surer of the right class. */
function isBetter(one: Tried, other: Tried): boolean {
  const pairs = one.answers.map((answer, i) => [answer, other.answers[i]!] as const)
  const wins = pairs.filter(([a, b]) => a.right && !b.right).length
  const losses = pairs.filter(([a, b]) => !a.right && b.right).length
  if (fairCoin(wins, wins + losses) < doubt) return true
  const surer = pairs.filter(([a, b]) => a.loss < b.loss).length
  const differ = pairs.filter(([a, b]) => a.loss !== b.loss).length
  // Nearly equal numbers (two ways of writing one mean) are told apart by luck-proof hairs: those do not count.
  return one.fit.logLoss < 0.95 * other.fit.logLoss && fairCoin(surer, differ) < doubt
}
