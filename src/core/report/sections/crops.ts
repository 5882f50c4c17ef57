import { caseTitles, percent, scoreOf, startsAttack } from '../format'
import type { Block, Table, TableColumn } from '../Report'
import type { ReportCase, ReportCrop, ReportInput } from '../ReportInput'

const crops = [
  ['paper', 'paper'],
  ['paper-corrected', 'paper, colour'],
  ['refined', 'refined'],
  ['refined-corrected', 'refined, colour'],
] as const satisfies readonly (readonly [ReportCrop, string])[]

/** What locating and colour correction do to the numbers: all four crops side by side. */
export function cropSection(input: ReportInput): Block[] {
  const has = (inCase: ReportCase): boolean =>
    input.scores.some((score) => score.case === inCase && score.crop.endsWith('-corrected'))
  const tables = input.cases
    .filter(has)
    .map((inCase): Block => ({ kind: 'table', table: table(input, inCase) }))
  if (tables.length === 0) return []
  return [
    { kind: 'heading', text: 'Crops and colours' },
    {
      kind: 'paragraph',
      text:
        'A crop that is off by a pixel or two destroys much of a perturbation by itself, and so do colours that are off. The ' +
        'table sets the four crops side by side: located the paper’s way and refined, each with colours as photographed and ' +
        'corrected by the patches on the sheet.',
    },
    ...tables,
  ]
}

function table(input: ReportInput, inCase: ReportCase): Table {
  const columns = (group: string): TableColumn[] =>
    crops.map(([, title]) => ({ title, align: 'decimal' as const, group }))
  const rows = input.settings.flatMap((setting, i) => {
    const scores = crops.map(([crop]) => scoreOf(input, setting.id, inCase, crop))
    if (scores.every((score) => score === undefined)) return []
    const starts = startsAttack(input.settings, i)
    const epsilon = setting.epsilon === null ? '–' : String(setting.epsilon)
    return [
      {
        cells: [
          starts ? setting.title : '',
          epsilon,
          ...scores.map((score) => percent(score?.destruction.top1.rate ?? null)),
          ...scores.map((score) => percent(score?.accuracy.clean.photo.top1.rate ?? null)),
        ],
        starts,
      },
    ]
  })
  return {
    title: `The four crops, top-1 in %, ${caseTitles[inCase]}`,
    columns: [
      { title: 'Method', align: 'left' },
      { title: 'ε', align: 'right' },
      ...columns('Destruction rate'),
      ...columns('Accuracy of clean photographs'),
    ],
    rows,
  }
}
