import { buildReport } from '#core/report/buildReport'
import type { LabPorts } from '#lab/ports/LabPorts'
import { reportPdf } from '../pdf/report'

/** The report on the paper that the sheets were printed on. It carries no date of its own. */
export const writeReport: LabPorts['writeReport'] = (input) =>
  reportPdf(buildReport(input), { paper: input.sheets.paper === 'Letter' ? 'Letter' : 'A4' })
