import { z } from 'zod'
import { attackDescriptionSchema, transformDescriptionSchema } from '../attacks'
import { paramValuesSchema } from '../experiment'
import { anyPictureSchema, classifiedSchema, effectSchema, pictureSchema, playedSchema } from '../playground'
import { jobFields } from './job'

/** A model on the shelf, by its id. */
const model = z.string()

export const playgroundCommands = {
  'attack.list': { input: z.object({}), output: z.array(attackDescriptionSchema).readonly() },
  'transform.list': { input: z.object({}), output: z.array(transformDescriptionSchema).readonly() },
  /** A picture drawn for the playground: a road sign, by number, at the model's size. */
  'playground.sample': {
    input: z.object({ model, number: z.int().nonnegative() }),
    output: z.object({ picture: pictureSchema, label: z.int().nullable(), name: z.string() }),
  },
  /** Classifies a picture, cut square from its middle and brought to the model's size; answers with what the model saw. */
  'playground.classify': {
    input: z.object({ model, picture: anyPictureSchema, seen: z.boolean().optional() }),
    output: classifiedSchema.extend({ picture: pictureSchema.nullable() }),
  },
  /** Attacks one picture. Without a label the likeliest class is attacked. */
  'playground.attack': {
    input: z.object({
      ...jobFields,
      model,
      picture: anyPictureSchema,
      label: z.int().nonnegative().optional(),
      target: z.int().nonnegative().optional(),
      attack: z.string(),
      params: paramValuesSchema,
      seed: z.string().max(200),
    }),
    output: playedSchema,
  },
  /** What one effect does to a pair at each of some strengths. */
  'playground.transform': {
    input: z.object({
      model,
      clean: pictureSchema,
      adversarial: pictureSchema,
      transform: z.string(),
      strengths: z.array(z.number()).min(1).max(32),
      seed: z.string().max(200),
    }),
    output: z.array(effectSchema).readonly(),
  },
} as const
