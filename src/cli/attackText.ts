import { median } from '#core/metrics/median'
import type { AttackResults } from './attackImages'
import { table } from './table'

/** What `halftone attack` says: a line for each image, then the sum. */
export function attackText(run: AttackResults, folder: string): string {
  const { summary, results, title, target, model, provider } = run
  const { fooled, held, wrongFromStart } = summary
  const goal = target === null ? '' : `, target ${target}`
  const wrong = wrongFromStart > 0 ? `; ${wrongFromStart} were wrong from the start` : ''
  const fooledOnes = results.filter(({ verdict }) => verdict === 'fooled')
  const l2 = median(fooledOnes.map((row) => Number(row.l2)))
  const size = l2 === undefined ? '' : `\nMedian L2 length of the changes that fooled: ${l2.toFixed(1)} /255.`
  return [
    `${title}${goal}, on ${model.name} (${provider})`,
    `Images: ${run.data}`,
    '',
    table(
      ['image', 'label', 'answer', 'confidence', 'verdict', 'L0', 'L2', 'Linf', 'gradients', 'queries'],
      results.map((row) => [
        String(row.image),
        String(row.label),
        String(row.adversarial),
        Number(row.adversarialConfidence).toFixed(3),
        String(row.verdict),
        String(row.l0),
        Number(row.l2).toFixed(1),
        String(row.linf),
        String(row.gradients),
        String(row.queries),
      ]),
    ),
    '',
    `${fooled} of ${fooled + held} fooled${wrong}.${size}`,
    `Results: ${folder}/results.json, ${folder}/results.csv`,
  ].join('\n')
}
