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

interface Ordered {
  readonly epsilon: number
  /** Each method with its rate, in words. */
  readonly rates: string
  readonly asPaper: boolean
}

/** The rates at the greatest strength that all methods have, and where the methods come in the paper's order. */
function ordering(input: ReportInput): string | undefined {
  const strengths = [...new Set(input.settings.map(({ epsilon }) => epsilon))]
    .filter((epsilon): epsilon is number => epsilon !== null)
    .sort((a, b) => b - a)
  const judged = strengths.flatMap((epsilon) => orderedAt(input, epsilon) ?? [])
  const [greatest] = judged
  if (!greatest) return undefined
  const say = (asPaper: boolean): string =>
    listed(judged.filter((each) => each.asPaper === asPaper).map(({ epsilon }) => String(epsilon)))
  const [same, other] = [say(true), say(false)]
  const order =
    'Kurakin, Goodfellow and Bengio found (fast destroyed least, then basic, then least-likely class)'
  const verdict =
    other === ''
      ? `The methods come in the order that ${order}: the finer the method, the more of its perturbations are destroyed.`
      : same === ''
        ? `This is not the order that ${order}; see the intervals before reading much into it.`
        : `The methods come in the order that ${order} at ε = ${same}, and not at ε = ${other}; see the intervals before reading ` +
          'much into it.'
  return (
    `Destruction rate, top-1, ε = ${greatest.epsilon}, refined crop, ${input.cases[0]!} case: ${greatest.rates}. ` +
    verdict
  )
}

const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)!}`

/** @returns undefined where a method of the paper is missing or fooled no image. */
function orderedAt(input: ReportInput, epsilon: number): Ordered | undefined {
  const found = [...new Set(paperRates.map(({ attack }) => attack))].map((attack) =>
    input.settings.find((setting) => setting.attack === attack && setting.epsilon === epsilon),
  )
  if (!found.every((setting): setting is ReportSetting => setting !== undefined)) return undefined
  const shares = found.flatMap(
    ({ id }) => scoreOf(input, id, input.cases[0]!, 'refined')?.destruction.top1 ?? [],
  )
  const values = shares.flatMap(({ rate }) => rate ?? [])
  if (values.length < found.length) return undefined
  return {
    epsilon,
    rates: found.map(({ title }, i) => `${title} ${spelled(shares[i]!)}`).join('; '),
    asPaper: values.every((value, i) => i === 0 || value > values[i - 1]!),
  }
}
