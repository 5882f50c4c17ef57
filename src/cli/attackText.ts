import { median } from '#core/metrics/median'
import type { AttackResults } from './attackImages'
import { table } from './table'

/** What `halftone attack` says: a line for each image, then the sum. */
export function attackText(run: AttackResults, folder: string): string {
  const { summary, results, title, target, model, provider } = run
  const { fooled, held, wrongFromStart } = summary
  const several = new Set(results.map((row) => row.target)).size > 1
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
      [
        'image',
        'label',
        ...(several ? ['target'] : []),
        'answer',
        'confidence',
        'verdict',
        'L0',
        'L2',
        'Linf',
        'gradients',
        'queries',
      ],
      results.map((row) => [
        String(row.image),
        String(row.label),
        ...(several ? [String(row.target)] : []),
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
    ...(run.anyTarget
      ? [`${run.anyTarget.count} of ${run.anyTarget.of} images reached at least one of their targets.`]
      : []),
    ...notes(run),
    `Results: ${folder}/results.json, ${folder}/results.csv, ${folder}/grid.png`,
  ].join('\n')
}

/** What the count of fooled images does not say. */
function notes({ summary, results, through }: AttackResults): string[] {
  const { unchanged, lostInRounding } = summary
  const lines: string[] = []
  if (unchanged > 0)
    lines.push(`${unchanged} of those that held: nothing found, the clean image is returned.`)
  if (lostInRounding > 0) {
    lines.push(`${lostInRounding} of those that held were adversarial before they were rounded to 8 bits.`)
  }
  if (through) {
    const alone = results.filter(
      ({ verdict, plain, label }) => verdict !== 'wrong-from-start' && plain !== label,
    )
    lines.push(`The model by itself, without what was attacked through, is wrong on ${alone.length} of them.`)
  }
  return lines
}
