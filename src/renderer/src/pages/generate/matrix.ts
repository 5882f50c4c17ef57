import type { AttackDescription } from '#contract/attacks'
import type { Setting } from '#contract/experiment'

/** One row of the matrix: a method with everything but epsilon fixed. */
export interface MatrixRow {
  readonly key: string
  readonly title: string
  /** What differs from the attack's defaults: "Alpha 2, Steps 10"; empty for the usual method. */
  readonly note: string
  readonly paper: string
  /** By column; null where the experiment has no such setting. */
  readonly settings: readonly (Setting | null)[]
}

export interface SettingMatrix {
  /** The greatest first, as in the paper; null for settings without an epsilon. */
  readonly epsilons: readonly (number | null)[]
  readonly rows: readonly MatrixRow[]
}

/** The experiment's settings as methods by epsilons, methods in the order in which they come. */
export function matrixOf(settings: readonly Setting[], attacks: readonly AttackDescription[]): SettingMatrix {
  const epsilonOf = ({ params }: Setting): number | null =>
    typeof params['epsilon'] === 'number' ? params['epsilon'] : null
  const epsilons = [...new Set(settings.map(epsilonOf))].sort((a, b) => (b ?? Infinity) - (a ?? Infinity))
  const rows = new Map<string, Setting[]>()
  for (const setting of settings) {
    const { epsilon: _, ...others } = setting.params
    const key = `${setting.attack} ${JSON.stringify(Object.entries(others).sort())}`
    rows.set(key, [...(rows.get(key) ?? []), setting])
  }
  return {
    epsilons,
    rows: [...rows].map(([key, own]) => {
      const attack = attacks.find(({ id }) => id === own[0]!.attack)
      return {
        key,
        title: attack?.title ?? own[0]!.attack,
        note: attack ? noteOf(own[0]!, attack) : '',
        paper: attack?.paper ?? '',
        settings: epsilons.map((epsilon) => own.find((setting) => epsilonOf(setting) === epsilon) ?? null),
      }
    }),
  }
}

function noteOf({ params }: Setting, attack: AttackDescription): string {
  return Object.entries(params)
    .filter(([name, value]) => name !== 'epsilon' && attack.params[name]?.default !== value)
    .map(([name, value]) => `${attack.params[name]?.title ?? name} ${String(value)}`)
    .join(', ')
}

/** What is known of one cell. */
export type CellState =
  | { readonly kind: 'unknown' | 'missing' | 'waiting' }
  /** `share` is null where the run does not tell how far the one setting is. */
  | { readonly kind: 'making'; readonly share: number | null }
  | { readonly kind: 'made' }

/**
 * Which setting a run is at, from what it tells: its phase is the setting's title, and the whole part of `done` counts
 * the settings before it. A run of all steps puts its step before the title, and counts in its own unit.
 */
export function settingInWork(
  job: { readonly state: string; readonly phase: string; readonly done: number } | undefined,
  candidates: readonly { readonly id: string; readonly title: string }[],
): { readonly id: string; readonly share: number | null } | null {
  if (job?.state !== 'running') return null
  const alone = candidates.find(({ title }) => title === job.phase)
  if (alone) return { id: alone.id, share: job.done - Math.floor(job.done) }
  const within = candidates.find(({ title }) => job.phase.endsWith(`: ${title}`))
  return within ? { id: within.id, share: null } : null
}
