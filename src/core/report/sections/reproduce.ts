import { settingName } from '../format'
import type { Block, Table } from '../Report'
import type { ReportInput } from '../ReportInput'

/** How to do it again: commands, parameters of every setting, versions. */
export function reproduceSection(input: ReportInput): Block[] {
  return [
    { kind: 'heading', text: 'How to reproduce' },
    {
      kind: 'paragraph',
      text:
        'The commands below make the same images and, from the same photos, the same numbers. Seeds, the model’s hash and ' +
        'every parameter are also in experiment.json beside this report; the rates are in results/ as CSV and JSON.',
    },
    ...(input.commands.length > 0 ? [{ kind: 'code', lines: input.commands } as const] : []),
    { kind: 'table', table: settingTable(input) },
    { kind: 'facts', facts: [...input.environment, { name: 'Experiment', value: input.experiment.id }] },
  ]
}

function settingTable({ settings }: ReportInput): Table {
  return {
    title: 'Settings and their parameters',
    columns: [
      { title: 'Setting', align: 'left' },
      { title: 'Method', align: 'left' },
      { title: 'Parameters', align: 'left' },
    ],
    rows: settings.map((setting) => ({
      cells: [
        setting.id,
        settingName(setting),
        Object.entries(setting.params)
          .map(([name, value]) => `${name} ${String(value)}`)
          .join(', '),
      ],
    })),
  }
}
