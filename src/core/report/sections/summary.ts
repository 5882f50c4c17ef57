import { paperRates } from '#core/metrics/paperRates'
import { plural, scoreOf, spelled } from '../format'
import type { Block } from '../Report'
import type { ReportInput, ReportSetting } from '../ReportInput'

/** The findings in a paragraph or two, from the numbers. */
export function summarySection(input: ReportInput): Block[] {
  const { sheets, settings, capture, scores } = input
  const how =
    capture.kind === 'simulator'
      ? `print and photo were simulated at the strength “${capture.level}”, ${capture.resolution}`
      : 'the sheets were printed and photographed'
  const done =
    `${plural(sheets.pairs, 'pair')} of a clean and an adversarial image, made under ${plural(settings.length, 'setting')} ` +
    `of method and strength, were laid on ${plural(sheets.sheets, 'sheet')}; ${how}; and what the model makes of the ` +
    'crops was compared with what it makes of the images that were printed.'
  const blocks: Block[] = [{ kind: 'paragraph', text: done }]
  if (scores.length === 0) {
    return [...blocks, { kind: 'paragraph', text: 'No photo has been scored yet: this report has no rates.' }]
  }
  const finding = ordering(input)
  return finding === undefined ? blocks : [...blocks, { kind: 'paragraph', text: finding }]
}

/** Whether methods come in the paper's order at the greatest strength that all of them have. */
function ordering(input: ReportInput): string | undefined {
  const order = [...new Set(paperRates.map(({ attack }) => attack))]
  const strengths = [...new Set(input.settings.map(({ epsilon }) => epsilon))]
    .filter((epsilon): epsilon is number => epsilon !== null)
    .sort((a, b) => b - a)
  for (const epsilon of strengths) {
    const found = order.map((attack) =>
      input.settings.find((setting) => setting.attack === attack && setting.epsilon === epsilon),
    )
    if (!found.every((setting): setting is ReportSetting => setting !== undefined)) continue
    const inCase = input.cases[0]!
    const rates = found.map(({ id }) => scoreOf(input, id, inCase, 'refined')?.destruction.top1)
    if (!rates.every((rate) => rate !== undefined && rate.rate !== null)) continue
    const values = rates.map((rate) => rate!.rate!)
    const rises = values.every((value, i) => i === 0 || value > values[i - 1]!)
    const list = found.map(({ title }, i) => `${title} ${spelled(rates[i]!)}`).join('; ')
    return (
      `Destruction rate, top-1, ε = ${epsilon}, refined crop, ${inCase} case: ${list}. ` +
      (rises
        ? 'The methods come in the order that Kurakin, Goodfellow and Bengio found: the finer the method, the more of its perturbations are destroyed.'
        : 'This is not the order that Kurakin, Goodfellow and Bengio found (fast, then basic, then least-likely class); see the intervals before reading much into it.')
    )
  }
  return undefined
}
