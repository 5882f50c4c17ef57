import { z } from 'zod'
import { imageSourceSchema } from '../experiment'
import { backEndSchema, inspectionSchema, modelFileSchema, shelfModelSchema, speedSchema } from '../models'
import { profileSchema } from '../profile'
import { jobFields } from './job'

export const modelCommands = {
  /** The embedded model first, then the user's own, newest first. */
  'model.list': { input: z.object({}), output: z.array(shelfModelSchema).readonly() },
  /** What is in a model file, also in one that cannot be used; or in a model of the shelf, by its id. */
  'model.inspect': {
    input: z.union([modelFileSchema, z.object({ model: z.string() })]),
    output: inspectionSchema,
  },
  'model.add': {
    input: modelFileSchema.extend({ name: z.string().max(120).optional() }),
    output: shelfModelSchema,
  },
  /** Takes a model off the shelf; its file stays where it is, and adding it again undoes this. */
  'model.remove': { input: z.object({ model: z.string() }), output: z.object({ removed: modelFileSchema }) },
  /** Fetches an ONNX file, going on where a broken connection stopped, and puts it on the shelf. */
  'model.fetch': {
    input: z.object({ ...jobFields, url: z.string().max(4000), sha256: z.string().optional() }),
    output: shelfModelSchema,
  },
  /** How many of some labelled images the model names right under each plausible preprocessing, the best first. */
  'model.check': {
    input: modelFileSchema.extend({
      images: imageSourceSchema,
      count: z.int().min(1).max(1000),
      ...jobFields,
    }),
    output: z
      .array(
        z.object({
          profile: profileSchema,
          title: z.string(),
          right: z.int(),
          of: z.int(),
          chosen: z.boolean(),
        }),
      )
      .readonly(),
  },
  /** Times forward and gradient on this machine. */
  'model.measure': {
    input: z.object({ model: z.string(), ...jobFields }),
    output: speedSchema,
  },
  'engine.backEnds': { input: z.object({}), output: z.array(backEndSchema).readonly() },
} as const
