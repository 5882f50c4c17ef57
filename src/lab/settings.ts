import type { Setting } from '#contract/experiment'
import { HalftoneError } from '#core/errors'
import { attackOf, epsilonAttackIds } from '#core/attacks/index'
import { resolveParams, type ParamSpecs } from '#core/paramValues'
import { slug } from '#contract/paths'

/** The twelve settings of Kurakin 2016, table 2, in its order. */
export const paperSettings: readonly {
  readonly attack: string
  readonly params: { readonly epsilon: number }
}[] = ['fgsm', 'bim', 'leastLikely'].flatMap((attack) =>
  [16, 8, 4, 2].map((epsilon) => ({ attack, params: { epsilon } })),
)

/**
 * A setting with all its parameters, checked, and with a name for its folder: attack, epsilon, and whatever else
 * differs from the attack's defaults.
 * @throws HalftoneError `not-found` for an unknown attack, `unsupported` for one without an epsilon, `invalid-argument` for
 * parameters that are not its own
 */
export function settingOf(attack: string, given: Setting['params']): Setting {
  const specs: ParamSpecs = attackOf(attack).params
  if (!(epsilonAttackIds as readonly string[]).includes(attack)) {
    throw new HalftoneError(
      'unsupported',
      `An experiment compares attacks at equal epsilon, the greatest change of a pixel; ${attack} is not bounded by one. ` +
        `Choose of: ${epsilonAttackIds.join(', ')}.`,
    )
  }
  const params = resolveParams(`Attack ${attack}`, specs, given)
  const named = Object.entries(params).filter(
    ([name, value]) => name === 'epsilon' || value !== specs[name]!.default,
  )
  const parts = named.map(([name, value]) => `${name === 'epsilon' ? 'eps' : slug(name)}${number(value)}`)
  return { id: [slug(attack), ...parts].join('-'), attack, params }
}

function number(value: number | boolean | string): string {
  return typeof value === 'number' ? String(value) : slug(String(value))
}

/** @throws HalftoneError `invalid-argument` when two settings are the same */
export function settingsOf(list: readonly Pick<Setting, 'attack' | 'params'>[]): Setting[] {
  const settings = list.map(({ attack, params }) => settingOf(attack, params))
  const twice = settings.find(({ id }, i) => settings.findIndex((other) => other.id === id) !== i)
  if (twice) throw new HalftoneError('invalid-argument', `The setting ${twice.id} is listed twice.`)
  return settings
}

/** The bound of a setting in 8-bit units, where its attack has one. */
export function epsilonOf(setting: Pick<Setting, 'params'>): number | null {
  const { epsilon } = setting.params
  return typeof epsilon === 'number' ? epsilon : null
}

/** For each attack its setting of the greatest epsilon: the paper's study is at epsilon 16. */
export function strongest(settings: readonly Setting[]): Setting[] {
  const attacks = [...new Set(settings.map(({ attack }) => attack))]
  return attacks.map((attack) =>
    settings
      .filter((setting) => setting.attack === attack)
      .reduce((best, setting) => ((epsilonOf(setting) ?? 0) > (epsilonOf(best) ?? 0) ? setting : best)),
  )
}

/** "Fast gradient sign, ε = 16", as people read it. */
export function settingTitle(setting: Pick<Setting, 'attack' | 'params'>): string {
  const epsilon = epsilonOf(setting)
  return attackOf(setting.attack).title + (epsilon === null ? '' : `, ε = ${epsilon}`)
}

/**
 * The settings that were asked for by id, or all.
 * @throws HalftoneError `not-found` naming the settings there are
 */
export function chosenSettings(settings: readonly Setting[], ids: readonly string[] | undefined): Setting[] {
  if (!ids) return [...settings]
  for (const id of ids) {
    if (!settings.some((setting) => setting.id === id)) {
      const known = settings.map((setting) => setting.id).join(', ')
      throw new HalftoneError('not-found', `This experiment has no setting "${id}". It has: ${known}.`)
    }
  }
  return settings.filter(({ id }) => ids.includes(id))
}
