import { paths } from '#contract/paths'
import type { ImageResult } from '#contract/results'
import type { CropKind } from '#contract/steps'
import type { Viewed, ViewedGuess } from '../../components/viewer/Viewed'
import { fateHelp, fateTitles, type Fate } from './ResultsView.svelte'

type Answer = ImageResult['source']['clean'] | null | undefined

/** An image on its way as the image viewer shows it: what was printed, and what was had from the photo. */
export function viewedFate(
  { result, fate }: { readonly result: ImageResult; readonly fate: Fate },
  crop: CropKind,
  classes: readonly string[],
  url: (path: string) => string,
): Viewed {
  const name = (label: number): string => classes[label] ?? `class ${label}`
  const truth = name(result.label)
  const guesses = (answer: NonNullable<Answer>): ViewedGuess[] =>
    answer.top.map(({ label, confidence }) => ({ label, confidence, name: name(label) }))
  const photo = result.photo[crop]
  const versions: readonly (readonly [string, string, Answer])[] = [
    ['Clean', paths.cleanImage(result.image, truth), result.source.clean],
    ['Adversarial', paths.adversarialImage(result.setting, result.image, truth), result.source.adversarial],
    ['Clean, photographed', paths.crop(crop, result.setting, result.image, 'clean'), photo?.clean],
    [
      'Adversarial, photographed',
      paths.crop(crop, result.setting, result.image, 'adversarial'),
      photo?.adversarial,
    ],
  ]
  return {
    title: `${truth}, image ${result.image}: ${fateTitles[fate]}`,
    truth: { label: result.label, name: truth },
    target: null,
    images: versions.flatMap(([title, path, answer]) =>
      answer ? [{ title, source: url(path), top: guesses(answer) }] : [],
    ),
    facts: [{ name: fateTitles[fate], value: fateHelp[fate] }],
  }
}
