import type { StepName } from '#contract/experiment'
import { paths } from '#contract/paths'
import { forgetCaptures } from './captured'
import { resetFrom } from './stepStates'
import type { ExperimentWriter } from './ports/ExperimentStore'

/** What `score` makes; the study's files lie beside them and stay. */
const scoreFiles = [
  paths.imageResults,
  paths.scores,
  'results/images.csv',
  'results/destruction.csv',
  'results/accuracy.csv',
]

const studyFiles = [paths.study, 'results/study.csv']

/**
 * Undoes a step and all that rest on it: first their states, then what they made, so that a kill in between leaves files
 * that nothing counts on rather than states that nothing stands behind.
 */
export async function undo(writer: ExperimentWriter, step: Exclude<StepName, 'generated'>): Promise<void> {
  await resetFrom(writer, step)
  const remove = async (files: readonly string[]): Promise<void> => {
    for (const file of files) await writer.remove(file)
  }
  await remove([paths.report])
  if (step === 'studied') return remove(studyFiles)
  await remove(scoreFiles)
  if (step === 'printed') await writer.remove('sheets')
  if (step === 'printed' || step === 'captured') await forgetCaptures(writer)
}
