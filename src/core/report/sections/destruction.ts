import {
  caseTitles,
  counted,
  cropTitles,
  estimate,
  interval,
  percent,
  scoreOf,
  settingName,
  startsAttack,
  styleOf,
} from '../format'
import type { Block, Chart, DotRow, Table, TableColumn } from '../Report'
import type { ReportCase, ReportCrop, ReportInput } from '../ReportInput'

const crops: readonly ReportCrop[] = ['paper', 'refined']

/** The destruction rates beside the paper's own, as tables and drawn. */
export function destructionSection(input: ReportInput): Block[] {
  const shown = input.cases.flatMap((inCase) =>
    crops
      .filter((crop) => input.scores.some((score) => score.case === inCase && score.crop === crop))
      .map((crop) => ({ inCase, crop })),
  )
  if (shown.length === 0) return []
  return [
    { kind: 'heading', text: 'Destruction rates' },
    {
      kind: 'paragraph',
      text:
        'Of the images whose clean version the model gets right and whose adversarial version it gets wrong, the destruction ' +
        'rate is the share whose photographed adversarial version it gets right again (Kurakin, Goodfellow and Bengio 2016, ' +
        'equation 1). High means that print and photo removed the attack. Top-5 counts an answer as right when the true class ' +
        'is among the five likeliest, on both sides of the fraction. Intervals are Wilson’s at 95 %. Theirs is Inception v3 on ' +
        'ImageNet, printed and photographed with a phone: the same question asked of other images and another model.',
    },
    ...input.cases
      .filter((inCase) => shown.some((entry) => entry.inCase === inCase))
      .map((inCase): Block => figure(input, inCase)),
    ...shown.map(({ inCase, crop }): Block => ({ kind: 'table', table: table(input, inCase, crop) })),
  ]
}

function table(input: ReportInput, inCase: ReportCase, crop: ReportCrop): Table {
  const half = (group: string): TableColumn[] => [
    { title: 'theirs', align: 'decimal', group },
    { title: 'here', align: 'decimal', group },
    { title: 'count', align: 'right', group },
    { title: '95 % interval', align: 'right', group },
  ]
  const rows = input.settings.flatMap((setting, i) => {
    const score = scoreOf(input, setting.id, inCase, crop)
    if (!score) return []
    const cells = (['top1', 'top5'] as const).flatMap((top) => [
      percent(score.paper?.[top] ?? null),
      percent(score.destruction[top].rate),
      counted(score.destruction[top]),
      interval(score.destruction[top]),
    ])
    const starts = startsAttack(input.settings, i)
    return [{ cells: [starts ? setting.title : '', epsilonText(setting.epsilon), ...cells], starts }]
  })
  const used = input.scores.filter((score) => score.case === inCase && score.crop === crop)
  const lost = used.reduce((sum, score) => sum + score.images - score.photographed, 0)
  return {
    title: `Destruction rates, ${caseTitles[inCase]}, ${cropTitles[crop]}`,
    columns: [
      { title: 'Method', align: 'left' },
      { title: 'ε', align: 'right' },
      ...half('Top-1, %'),
      ...half('Top-5, %'),
    ],
    rows,
    note:
      'theirs: Kurakin, Goodfellow and Bengio 2016. count: right again of those fooled. 0/0: no image was right clean and wrong adversarial, so there is no rate.' +
      (lost > 0 ? ` ${lost} pairs have no usable crop and are not counted.` : ''),
  }
}

/** The same rates drawn: top-1 and top-5 side by side, the refined crop with the paper's values. */
function figure(input: ReportInput, inCase: ReportCase): Block {
  const crop = input.scores.some((score) => score.case === inCase && score.crop === 'refined')
    ? 'refined'
    : 'paper'
  const charts = (['top1', 'top5'] as const).map((top): Chart => {
    const rows = input.settings.flatMap((setting, i): DotRow[] => {
      const score = scoreOf(input, setting.id, inCase, crop)
      if (!score) return []
      return [
        {
          label: startsAttack(input.settings, i)
            ? settingName(setting)
            : `ε = ${epsilonText(setting.epsilon)}`,
          style: styleOf(input, setting.attack),
          here: estimate(score.destruction[top]),
          reference: score.paper?.[top] ?? null,
          starts: startsAttack(input.settings, i),
        },
      ]
    })
    return { kind: 'dots', title: top === 'top1' ? 'Top-1' : 'Top-5', xTitle: 'Destruction rate, %', rows }
  })
  return {
    kind: 'figure',
    title: `Destruction rates, ${caseTitles[inCase]}, ${cropTitles[crop]}`,
    charts,
    columns: 2,
    key: 'Filled marks: this experiment, with 95 % intervals. Crosses: Kurakin, Goodfellow and Bengio 2016.',
  }
}

function epsilonText(epsilon: number | null): string {
  return epsilon === null ? '–' : String(epsilon)
}
