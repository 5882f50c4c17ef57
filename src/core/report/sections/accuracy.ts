import { caseTitles, percent, scoreOf, startsAttack } from '../format'
import type { Block, Table, TableColumn } from '../Report'
import type { ReportCase, ReportInput } from '../ReportInput'

/** Accuracy of clean and adversarial images, before the print and from the crops. */
export function accuracySection(input: ReportInput): Block[] {
  const tables = input.cases.flatMap((inCase): Block[] =>
    input.scores.some((score) => score.case === inCase)
      ? [{ kind: 'table', table: table(input, inCase) }]
      : [],
  )
  if (tables.length === 0) return []
  return [
    { kind: 'heading', text: 'Accuracy' },
    {
      kind: 'paragraph',
      text:
        'The share of images that the model gets right: of the 8-bit images that were printed (source), and of their ' +
        'photographs by the paper’s crop and by the refined one. What the clean images lose on the way is what print and ' +
        'photo cost by themselves.',
    },
    ...tables,
  ]
}

const groups = [
  ['Clean, top-1', 'clean', 'top1'],
  ['Clean, top-5', 'clean', 'top5'],
  ['Adversarial, top-1', 'adversarial', 'top1'],
  ['Adversarial, top-5', 'adversarial', 'top5'],
] as const

function table(input: ReportInput, inCase: ReportCase): Table {
  const rows = input.settings.flatMap((setting, i) => {
    const paper = scoreOf(input, setting.id, inCase, 'paper')
    const refined = scoreOf(input, setting.id, inCase, 'refined')
    const any = refined ?? paper
    if (!any) return []
    const cells = groups.flatMap(([, role, top]) => [
      percent(any.accuracy[role].source[top].rate),
      percent(paper?.accuracy[role].photo[top].rate ?? null),
      percent(refined?.accuracy[role].photo[top].rate ?? null),
    ])
    const starts = startsAttack(input.settings, i)
    const epsilon = setting.epsilon === null ? '–' : String(setting.epsilon)
    return [{ cells: [starts ? setting.title : '', epsilon, ...cells, String(any.photographed)], starts }]
  })
  return {
    title: `Accuracy in %, ${caseTitles[inCase]}`,
    columns: [
      { title: 'Method', align: 'left' },
      { title: 'ε', align: 'right' },
      ...groups.flatMap(([group]): TableColumn[] => [
        { title: 'source', align: 'decimal', group },
        { title: 'paper', align: 'decimal', group },
        { title: 'refined', align: 'decimal', group },
      ]),
      { title: 'n', align: 'right' },
    ],
    rows,
    note: 'source: the printed image itself. paper, refined: its photograph by that crop. n: images with crops.',
  }
}
