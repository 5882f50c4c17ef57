import { attackOf } from '#core/attacks/index'
import type { AttackProgress } from '#core/attacks/run'
import { drawsOf } from '#core/models/wrappers/through'
import { resolveParams, type ParamSpecs } from '#core/paramValues'
import { plural } from '#core/report/format'
import type { AttackImages } from './attackImages'
import type { ProgressLine } from './ProgressLine'

/**
 * Shows how far an attack is. One on an expectation says first what it costs, and counts its draws, which can take a second
 * each, where it would otherwise stand still.
 */
export function showProgress(
  request: AttackImages,
  line: Pick<ProgressLine, 'note' | 'update'>,
): (progress: AttackProgress) => void {
  let said = false
  return ({ done, total, fraction, draws }) => {
    const cost = costOf(request, total)
    if (cost && !said) {
      said = true
      line.note(cost.text)
    }
    const phase = `image ${done} of ${total}${draws === undefined ? '' : `, ${plural(draws, 'draw')}`}`
    line.update(
      cost?.most === undefined || draws === undefined
        ? { phase, done: fraction, total: 1 }
        : { phase, done: draws, total: cost.most },
    )
  }
}

/**
 * What an expectation costs, in words, and the most draws that the whole attack can take: the judge sees each image clean,
 * attacked, and once more before rounding where it held.
 */
export function costOf(
  { attack, params, through }: Pick<AttackImages, 'attack' | 'params' | 'through'>,
  images: number,
): { readonly text: string; readonly most: number | undefined } | undefined {
  if (!through?.eot) return undefined
  const { attacker, judge } = drawsOf(through.eot)
  const method = attackOf(attack)
  const calls = method.calls?.(
    resolveParams(`Attack ${attack}`, method.params as ParamSpecs, params) as Parameters<
      typeof method.calls
    >[0],
  )
  const chosen = method.chooseTargets ? attacker : 0
  const most = calls === undefined ? undefined : images * (calls * attacker + chosen + 3 * judge)
  const effects = through.eot.effects.map(({ name }) => name).join(', ')
  return {
    text:
      `Each gradient is the mean of ${plural(attacker, 'draw')} of ${effects}; the judge takes ${judge} of its own before and ` +
      `after${most === undefined ? '' : `: at most ${most.toLocaleString('en')} draws for ${plural(images, 'image')}`}.`,
    most,
  }
}
