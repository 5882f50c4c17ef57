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
} from './experiment'
import { profileInputSchema } from './profile'
import { scoreListSchema, studySchema } from './results'
import { refusedSchema } from './steps'

/** A long command names its job, so that its progress can be told apart and `cancel` can name it. */
const job = { experiment: idSchema, job: z.string().optional() }

const summarySchema = z.object({
  id: idSchema,
  name: z.string(),
  created: z.string(),
  steps: stepsSchema.nullable(),
  /** Why experiment.json cannot be used; null when it can. */
  problem: z.string().nullable(),
})

const newExperimentSchema = z.object({
  name: z.string().trim().min(1).max(120),
  /** The embedded model when absent. */
  model: z
    .object({
      path: z.string(),
      labels: z.string().optional(),
      /** What is known of the model's preprocessing; the rest is detected. */
      profile: profileInputSchema.optional(),
    })
    .optional(),
  images: imageSourceSchema,
  count: z.int().min(1).max(100_000),
  seed: z.string().min(1).max(200),
  cases: z.array(caseSchema).min(1),
  prefilter: z.object({ confidence: z.number().min(0).max(1), searchLimit: z.int().positive() }),
  /** Each with the parameters that differ from the attack's defaults. */
  settings: z.array(z.object({ attack: z.string(), params: paramValuesSchema })).min(1),
  sheets: sheetOptionsSchema,
  capture: captureSourceSchema,
})

const pointSchema = z.object({ x: z.number(), y: z.number() })

/** Of the paper or of the outermost code corners, in order round the sheet, from any of them. */
const cornersSchema = z.object({
  of: z.enum(['paper', 'codes']),
  points: z.tuple([pointSchema, pointSchema, pointSchema, pointSchema]),
})

const captureReplySchema = z.object({
  /** Sheets captured now and before, of all sheets. */
  captured: z.int(),
  sheets: z.int(),
  refused: z.array(refusedSchema).readonly(),
})

/** The commands of the lab: what each takes, checked where it arrives, and what it answers. */
export const commands = {
  'experiment.create': { input: newExperimentSchema, output: experimentSchema },
  'experiment.list': { input: z.object({}), output: z.array(summarySchema).readonly() },
  'experiment.read': { input: z.object({ experiment: idSchema }), output: experimentSchema },
  /** Makes the adversarial images of every setting that has none yet; `again` makes them all anew. */
  generate: {
    input: z.object({ ...job, settings: z.array(z.string()).optional(), again: z.boolean().optional() }),
    output: z.object({
      settings: z
        .array(
          z.object({
            setting: z.string(),
            cases: z.partialRecord(
              caseSchema,
              z.object({ found: z.int(), wanted: z.int(), searched: z.int() }),
            ),
          }),
        )
        .readonly(),
    }),
  },
  sheets: {
    input: z.object({ ...job, again: z.boolean().optional() }),
    output: z.object({ file: z.string(), sheets: z.int(), pairs: z.int() }),
  },
  /** Prints and photographs sheets.pdf in simulation and crops the photos. */
  simulate: {
    input: z.object({
      ...job,
      level: z.string().optional(),
      resolution: z.string().optional(),
      seed: z.string().optional(),
      again: z.boolean().optional(),
    }),
    output: captureReplySchema,
  },
  /** Crops photos that were taken of the printed sheets: files, or folders of files. */
  import: {
    input: z.object({
      ...job,
      paths: z.array(z.string()).min(1),
      /** By file: the sheet's corners in pixels of the upright photo, for photos in which it is not found. */
      corners: z.record(z.string(), cornersSchema).optional(),
      again: z.boolean().optional(),
    }),
    output: captureReplySchema,
  },
  score: { input: z.object({ ...job }), output: scoreListSchema },
  study: {
    input: z.object({
      ...job,
      /** Images of the source, by default as many as the experiment has. */
      count: z.int().positive().optional(),
      settings: z.array(z.string()).optional(),
    }),
    output: studySchema,
  },
  report: { input: z.object({ ...job }), output: z.object({ file: z.string() }) },
  /** Ends a job at once; true when it was running. */
  cancel: { input: z.object({ job: z.string() }), output: z.object({ running: z.boolean() }) },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>

export type Commands = typeof commands
export type CommandName = keyof Commands
/** What a caller sends. */
export type Input<K extends CommandName> = z.input<Commands[K]['input']>
/** What a handler gets once the input is checked. */
export type Checked<K extends CommandName> = z.output<Commands[K]['input']>
export type Output<K extends CommandName> = z.output<Commands[K]['output']>
export type ExperimentSummary = z.infer<typeof summarySchema>
export type NewExperiment = z.infer<typeof newExperimentSchema>
export type CaptureReply = z.infer<typeof captureReplySchema>
