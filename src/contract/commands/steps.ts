import { z } from 'zod'
import { caseSchema } from '../experiment'
import { scoreListSchema, studySchema } from '../results'
import { refusedPhotoSchema } from '../steps'
import { stepFields } from './job'

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
  refused: z.array(refusedPhotoSchema).readonly(),
  /** What came of each photo of this call: the sheets that were read in it, and what was wrong; null when all was well. */
  photos: z
    .array(
      z.object({
        file: z.string(),
        sheets: z.array(z.int().positive()).readonly(),
        reason: z.string().nullable(),
      }),
    )
    .readonly(),
})

export const stepCommands = {
  /** Makes the adversarial images of every setting that has none yet; `again` makes them all anew. */
  generate: {
    input: z.object({
      ...stepFields,
      settings: z.array(z.string()).optional(),
      again: z.boolean().optional(),
    }),
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
    input: z.object({ ...stepFields, again: z.boolean().optional() }),
    output: z.object({ file: z.string(), sheets: z.int(), pairs: z.int() }),
  },
  /** Prints and photographs sheets.pdf in simulation and crops the photos. */
  simulate: {
    input: z.object({
      ...stepFields,
      level: z.string().optional(),
      resolution: z.string().optional(),
      seed: z.string().optional(),
      again: z.boolean().optional(),
    }),
    output: captureReplySchema,
  },
  /**
   * Crops photos that were taken of the printed sheets: files, folders of files, or photos that were refused before, by
   * their copy's path from the experiment's folder.
   */
  import: {
    input: z.object({
      ...stepFields,
      paths: z.array(z.string()).min(1),
      /** By file: the sheet's corners in pixels of the upright photo, for photos in which it is not found. */
      corners: z.record(z.string(), cornersSchema).optional(),
      again: z.boolean().optional(),
    }),
    output: captureReplySchema,
  },
  score: { input: z.object({ ...stepFields }), output: scoreListSchema },
  study: {
    input: z.object({
      ...stepFields,
      /** Images of the source, by default as many as the experiment has. */
      count: z.int().positive().optional(),
      settings: z.array(z.string()).optional(),
    }),
    output: studySchema,
  },
  report: { input: z.object({ ...stepFields }), output: z.object({ file: z.string() }) },
  /** Every step that is not done yet, in order, through the simulator, up to the report. */
  run: {
    input: z.object({
      ...stepFields,
      /** Images of the transformation study; 0 leaves the study out. */
      study: z.int().nonnegative().optional(),
    }),
    output: z.object({ file: z.string() }),
  },
} as const

export type CaptureReply = z.infer<typeof captureReplySchema>
