import { z } from 'zod'
import {
  captureSourceSchema,
  caseSchema,
  experimentSchema,
  idSchema,
  imageSourceSchema,
  paramValuesSchema,
  sheetOptionsSchema,
  stepsSchema,
} from '../experiment'
import { modelFileSchema } from '../models'

const summarySchema = z.object({
  id: idSchema,
  name: z.string(),
  created: z.string(),
  steps: stepsSchema.nullable(),
  /** Why experiment.json cannot be used; null when it can. */
  problem: z.string().nullable(),
})

/** Each with the parameters that differ from the attack's defaults. */
const chosenSettingsSchema = z.array(z.object({ attack: z.string(), params: paramValuesSchema })).min(1)

const newExperimentSchema = z.object({
  name: z.string().trim().min(1).max(120),
  /** The embedded model when absent. */
  model: modelFileSchema.optional(),
  images: imageSourceSchema,
  count: z.int().min(1).max(100_000),
  seed: z.string().min(1).max(200),
  cases: z.array(caseSchema).min(1),
  prefilter: z.object({ confidence: z.number().min(0).max(1), searchLimit: z.int().positive() }),
  settings: chosenSettingsSchema,
  sheets: sheetOptionsSchema,
  capture: captureSourceSchema,
})

export const experimentCommands = {
  'experiment.create': { input: newExperimentSchema, output: experimentSchema },
  'experiment.list': { input: z.object({}), output: z.array(summarySchema).readonly() },
  'experiment.read': { input: z.object({ experiment: idSchema }), output: experimentSchema },
  /**
   * Changes an experiment. Steps that rest on what was changed are undone, and what they made is removed: settings that
   * are left out lose their images; another layout loses the sheets and all that was made of them. Another simulated camera
   * loses the photos; sheets are laid out anew for another camera only when `sheets` is given too.
   */
  'experiment.configure': {
    input: z.object({
      experiment: idSchema,
      name: z.string().trim().min(1).max(120).optional(),
      settings: chosenSettingsSchema.optional(),
      sheets: sheetOptionsSchema.optional(),
      capture: captureSourceSchema.optional(),
    }),
    output: experimentSchema,
  },
  /** Puts an experiment aside, into the trash of the experiments folder; refused while work on it is under way. */
  'experiment.remove': {
    input: z.object({ experiment: idSchema }),
    output: z.object({ trashed: z.string() }),
  },
  /** Undoes `experiment.remove`, which named what it trashed. */
  'experiment.restore': { input: z.object({ trashed: z.string().max(200) }), output: experimentSchema },
} as const

export type ExperimentSummary = z.infer<typeof summarySchema>
export type NewExperiment = z.input<typeof newExperimentSchema>
