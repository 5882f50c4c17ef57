import { z } from 'zod'

/** Order of the axes of a model's image input. */
export const layoutSchema = z.enum(['NCHW', 'NHWC'])

/** What black and white are before mean and standard deviation are applied. */
export const rangeSchema = z.enum(['0..1', '0..255', '-1..1'])

export const channelOrderSchema = z.enum(['RGB', 'BGR'])

/** What the input's numbers are stored as. */
export const elementSchema = z.enum(['float', 'float16', 'double', 'uint8'])

/** How a picture of another size comes to the model's: by its short side and a cut from the middle, by bars, by stretching. */
export const profileFitSchema = z.enum(['crop', 'pad', 'stretch'])

/** Read from the file, said by a person, or taken because nothing else is known. */
export const originSchema = z.enum(['detected', 'given', 'default'])

const perChannel = z.array(z.number()).min(1).max(4).readonly()

const values = {
  layout: layoutSchema,
  element: elementSchema,
  range: rangeSchema,
  /** By channel in the order that the model takes them, or one for all; in the unit of `range`. */
  mean: perChannel,
  /** As `mean`; never 0. */
  std: perChannel.refine((list) => list.every((value) => value > 0), 'expected numbers above 0'),
  channelOrder: channelOrderSchema,
  /** Pixels of an image as attacks see it. Can be chosen only where the file leaves height and width open. */
  size: z.object({ height: z.int().min(1).max(4096), width: z.int().min(1).max(4096) }),
  /** How pictures are brought to that size; `shortSide` is the length to which the short side is scaled before the cut. */
  resize: z.object({ fit: profileFitSchema, shortSide: z.int().positive().nullable() }),
  /** Which output holds the class scores, by name; null takes the one that looks most like them. */
  output: z.string().nullable(),
}

/** Where a value came from, and what was seen there, in words for a person. */
export const profileSourceSchema = z.object({ origin: originSchema, reason: z.string() })

const sourcesSchema = z.object({
  layout: profileSourceSchema,
  element: profileSourceSchema,
  range: profileSourceSchema,
  mean: profileSourceSchema,
  std: profileSourceSchema,
  channelOrder: profileSourceSchema,
  size: profileSourceSchema,
  resize: profileSourceSchema,
  output: profileSourceSchema,
})

/**
 * How a model's own input is made from RGB pixels in [0,1]: for the input's channel c,
 *   v_c = (scaled(p_c) - mean_c) / std_c, where scaled is p, 255 p or 2 p - 1 by `range`,
 * then laid out as `layout` and stored as `element`. It is folded into the model's graph, so that attacks and images never
 * see anything but [0,1].
 */
export const profileSchema = z.object({
  ...values,
  sources: sourcesSchema,
})

/**
 * What is known of a profile beforehand: any of its values; the others are detected. A whole profile passes too, and keeps
 * saying where its values came from.
 */
export const profileInputSchema = z.object({ ...values, sources: sourcesSchema }).partial()

export type ModelProfile = z.infer<typeof profileSchema>
export type ProfileInput = z.infer<typeof profileInputSchema>
export type ProfileField = keyof ModelProfile['sources']
export type ProfileSource = z.infer<typeof profileSourceSchema>
export type ProfileRange = z.infer<typeof rangeSchema>
