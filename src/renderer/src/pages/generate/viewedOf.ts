import type { Viewed, ViewedGuess } from '../../components/viewer/Viewed'
import type { AttackedImage } from './success'

/** A pair as the image viewer shows it. @param url the address of a file of the experiment */
export function viewedOf(
  { clean, adversarial }: AttackedImage,
  classes: readonly string[],
  url: (path: string) => string,
): Viewed {
  const name = (label: number): string => classes[label] ?? `class ${label}`
  const guesses = (top: AttackedImage['clean']['prediction']['top']): ViewedGuess[] =>
    top.map(({ label, confidence }) => ({ label, confidence, name: name(label) }))
  const { target } = adversarial
  return {
    title: `${clean.className}, image ${clean.image}`,
    truth: { label: clean.label, name: clean.className },
    target: target === null ? null : { label: target, name: name(target) },
    images: [
      { title: 'Clean', source: url(clean.file), top: guesses(clean.prediction.top) },
      { title: 'Adversarial', source: url(adversarial.file), top: guesses(adversarial.prediction.top) },
    ],
    facts: [
      { name: 'Greatest change', value: `${adversarial.linf} of 255` },
      { name: 'Root mean square', value: `${adversarial.rms.toFixed(2)} of 255` },
      { name: 'From', value: clean.origin },
    ],
  }
}
