import { attackOf } from '#core/attacks/index'
import { classLookup, unknownLabel } from '#core/datasets/labels/classLookup'
import { HalftoneError } from '#core/errors'
import type { OpenImages, SourceImage } from '#lab/ports/ImageSource'

/**
 * The classes to reach: none, one, several, or `all`.
 * @param text names or indices with commas between them
 * @throws HalftoneError `invalid-argument` for a class that there is not, and where a target is missing or not taken
 */
export function targetsOf(
  attack: string,
  text: string | undefined,
  classes: readonly string[],
): readonly number[] {
  const { targets } = attackOf(attack)
  if (text === undefined) {
    if (targets !== 'required') return []
    throw new HalftoneError('invalid-argument', `Attack ${attack} needs a class to reach: give --target.`)
  }
  if (targets === 'none') {
    throw new HalftoneError('invalid-argument', `Attack ${attack} takes no target; leave --target out.`)
  }
  const find = classLookup(classes)
  const whole = find(text)
  if (whole !== undefined) return [whole]
  if (text.trim().toLowerCase() === 'all') return classes.map((_, i) => i)
  const found = text.split(',').map((name) => {
    const label = find(name.trim())
    if (label === undefined) throw new HalftoneError('invalid-argument', unknownLabel(name.trim(), classes))
    return label
  })
  return [...new Set(found)]
}

/** How many images are looked at for each one that is wanted, before the rest of a class is given up. */
const patience = 200

/**
 * The first images of the source's order that can be read: `count` in all, or `perClass` of each class, in the order of the
 * classes. Images of the one class to reach are passed over.
 * @throws HalftoneError `not-found` when no image can be used
 */
export async function takeImages(
  source: Awaited<ReturnType<OpenImages>>,
  classes: number,
  wanted: {
    readonly count: number
    readonly perClass: number | undefined
    readonly targets: readonly number[]
  },
): Promise<SourceImage[]> {
  const { count, perClass, targets } = wanted
  const only = targets.length === 1 ? targets[0] : undefined
  const most = perClass === undefined ? count : perClass * (classes - (only === undefined ? 0 : 1))
  const end = perClass === undefined ? source.size : Math.min(source.size, most * patience)
  const taken: SourceImage[] = []
  const ofClass = new Map<number, number>()
  for (let number = 0; number < end && taken.length < most; number++) {
    const image = await source.take(number)
    if (!('image' in image) || image.label === only) continue
    const before = ofClass.get(image.label) ?? 0
    if (perClass !== undefined && before >= perClass) continue
    ofClass.set(image.label, before + 1)
    taken.push(image)
  }
  if (taken.length === 0) {
    throw new HalftoneError('not-found', 'No image of the source can be used. Check --images and --target.')
  }
  return perClass === undefined ? taken : taken.sort((a, b) => a.label - b.label)
}
