import { settingName } from '../format'
import type { Block, Strip, StripCell } from '../Report'
import type { ReportAnswer, ReportExample, ReportInput } from '../ReportInput'

/** Pairs with their crops and what the model said of each. */
export function exampleSection(input: ReportInput): Block[] {
  if (input.examples.length === 0) return []
  return [
    { kind: 'heading', text: 'Examples' },
    {
      kind: 'strips',
      title:
        'Pairs as printed and as cropped by the refined crop, with the model’s first answer and its confidence; ✓ where it is right',
      heads: ['Clean, source', 'Clean, photo', 'Adversarial, source', 'Adversarial, photo'],
      strips: input.examples.map((example) => strip(input, example)),
    },
  ]
}

function strip(input: ReportInput, example: ReportExample): Strip {
  const setting = input.settings.find(({ id }) => id === example.setting)
  const cell = (shown: ReportExample['cleanCrop']): StripCell =>
    shown
      ? { image: shown.image, lines: answerLines(shown.answer) }
      : { image: null, lines: [{ text: 'no crop', strong: false }] }
  return {
    title: `${example.label}, image ${example.image}, ${setting ? settingName(setting) : example.setting}`,
    cells: [
      cell(example.clean),
      cell(example.cleanCrop),
      cell(example.adversarial),
      cell(example.adversarialCrop),
    ],
  }
}

function answerLines({ label, confidence, right }: ReportAnswer): StripCell['lines'] {
  return [
    { text: `${right ? '✓' : '×'} ${label}`, strong: !right },
    { text: `${(confidence * 100).toFixed(1)} %`, strong: false },
  ]
}
