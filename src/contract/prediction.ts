import { z } from 'zod'

/** What the model says of one image; as `Prediction` in core/metrics, with confidences rounded to six digits. */
export const predictionSchema = z.object({
  /** The five likeliest classes, likeliest first. */
  top: z.array(z.object({ label: z.int().nonnegative(), confidence: z.number() })).readonly(),
  trueConfidence: z.number(),
  top1: z.boolean(),
  top5: z.boolean(),
})

/** A share with its 95 % interval; nulls where nothing was counted. */
export const shareSchema = z.object({
  count: z.int().nonnegative(),
  of: z.int().nonnegative(),
  rate: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
})

/** A destruction rate: `of` of the `images` that were looked at were fooled, `count` of these were right again. */
export const destructionSchema = shareSchema.extend({ images: z.int().nonnegative() })

export const top1And5 = <T extends z.ZodType>(value: T) => z.object({ top1: value, top5: value })
