import { dateText } from './format'
import type { Report } from './Report'
import type { ReportInput } from './ReportInput'
import { accuracySection } from './sections/accuracy'
import { captureSection } from './sections/capture'
import { cropSection } from './sections/crops'
import { destructionSection } from './sections/destruction'
import { exampleSection } from './sections/examples'
import { methodSection } from './sections/method'
import { reproduceSection } from './sections/reproduce'
import { studySection } from './sections/study'
import { summarySection } from './sections/summary'

/** The report of an experiment: what was done, what came out beside the paper's own, and how to do it again. */
export function buildReport(input: ReportInput): Report {
  return {
    title: input.experiment.name,
    subtitle: 'Adversarial images through print and camera: what survives',
    running: input.experiment.name,
    created: dateText(input.experiment.created),
    blocks: [
      ...summarySection(input),
      ...methodSection(input),
      ...destructionSection(input),
      ...accuracySection(input),
      ...cropSection(input),
      ...studySection(input),
      ...exampleSection(input),
      ...captureSection(input),
      ...reproduceSection(input),
    ],
  }
}
