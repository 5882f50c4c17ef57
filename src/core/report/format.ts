import type { Share } from '#core/metrics/share'
import type { Estimate } from './Report'
import type { ReportInput, ReportScore, ReportSetting } from './ReportInput'

/** "33.3", or a dash where there is none. The unit stands in the column's heading. */
export function percent(rate: number | null): string {
  return rate === null ? '–' : (rate * 100).toFixed(1)
}

/** "18–53", in whole percents; empty where nothing was counted. */
export function interval({ low, high }: Share): string {
  return low === null || high === null ? '' : `${Math.round(low * 100)}–${Math.round(high * 100)}`
}

/** "8/24", and "0/0" where nothing was counted: an empty denominator is shown as such. */
export function counted({ count, of }: Share): string {
  return `${count}/${of}`
}

/** "8 of 24 (33.3 %, 95 % interval 18 to 53 %)" */
export function spelled(share: Share): string {
  if (share.rate === null || share.low === null || share.high === null) return 'none of 0'
  return `${share.count} of ${share.of} (${percent(share.rate)} %, 95 % interval ${Math.round(share.low * 100)} to ${Math.round(share.high * 100)} %)`
}

/** The share with its interval, or null where nothing was counted. */
export function estimate({ rate, low, high }: Share): Estimate | null {
  return rate === null || low === null || high === null ? null : { value: rate, low, high }
}

/** "fast, ε = 16" */
export function settingName({ title, epsilon }: ReportSetting): string {
  return epsilon === null ? title : `${title}, ε = ${epsilon}`
}

/** "1 sheet", "29 sheets". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

/** The line style of each attack: its place among the experiment's attacks. */
export function styleOf(input: ReportInput, attack: string): number {
  return [...new Set(input.settings.map((setting) => setting.attack))].indexOf(attack)
}

/** Whether a setting is the first of its attack in the settings' order. */
export function startsAttack(settings: readonly ReportSetting[], index: number): boolean {
  return settings[index]!.attack !== settings[index - 1]?.attack
}

/** The score of one setting. */
export function scoreOf(
  { scores }: ReportInput,
  setting: string,
  inCase: ReportScore['case'],
  crop: ReportScore['crop'],
): ReportScore | undefined {
  return scores.find((score) => score.setting === setting && score.case === inCase && score.crop === crop)
}

export const caseTitles = { average: 'average case', prefiltered: 'prefiltered case' } as const

export const cropTitles = {
  paper: 'the paper’s crop',
  'paper-corrected': 'the paper’s crop, colours corrected',
  refined: 'the refined crop',
  'refined-corrected': 'the refined crop, colours corrected',
} as const

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** "22 November 2026, 19:25 UTC" from an ISO 8601 time; another text is left as it is. */
export function dateText(iso: string): string {
  const found = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}:\d{2})(?::[\d.]+)?Z$/.exec(iso)
  const month = months[Number(found?.[2]) - 1]
  return found && month ? `${Number(found[3])} ${month} ${found[1]}, ${found[4]} UTC` : iso
}
