import type { AttackDescription } from '#contract/attacks'
import type { Input } from '#contract/commands'
import type { Experiment, Setting } from '#contract/experiment'
import { same } from '../print/same'
import { captureOf, settingsOf, type DraftData } from './DraftData'
import type { Change } from './undoneBy'

type Configure = Input<'experiment.configure'>

/** What to ask the lab for: the experiment, and only those parts whose fields say something else than before. */
export function inputOfChange(experiment: string, before: DraftData, now: DraftData): Configure {
  const settings = settingsOf(now)
  const capture = captureOf(now)
  return {
    experiment,
    ...(now.name.trim() === before.name ? {} : { name: now.name.trim() }),
    ...(same(settings, settingsOf(before)) ? {} : { settings }),
    ...(same(now.sheets, before.sheets) ? {} : { sheets: { ...now.sheets } }),
    ...(same(capture, captureOf(before)) ? {} : { capture }),
  }
}

/** What of the experiment a configuration takes away and adds. */
export function changeOf(
  experiment: Experiment,
  { settings, sheets, capture }: Configure,
  attacks: readonly AttackDescription[],
): Change {
  const wanted = settings?.map((setting) => identity(setting, attacks))
  const there = experiment.settings.map((setting) => identity(setting, attacks))
  return {
    lost: wanted ? experiment.settings.filter((setting) => !wanted.includes(identity(setting, attacks))) : [],
    gained: wanted?.filter((setting) => !there.includes(setting)).length ?? 0,
    layout: sheets !== undefined,
    capture: capture !== undefined,
  }
}

/** An attack with what differs from its defaults: two settings of one identity are the same setting. */
function identity(
  { attack, params }: Pick<Setting, 'attack' | 'params'>,
  attacks: readonly AttackDescription[],
): string {
  const specs = attacks.find(({ id }) => id === attack)?.params ?? {}
  const named = Object.entries(params).filter(
    ([name, value]) => name === 'epsilon' || value !== specs[name]?.default,
  )
  return `${attack} ${JSON.stringify(named.sort(([a], [b]) => (a < b ? -1 : 1)))}`
}
