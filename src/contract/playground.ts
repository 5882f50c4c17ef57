import { z } from 'zod'

/** Bytes that travel as they are, whatever the transport. */
export const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes')

/** A picture of 8-bit RGB pixels, row by row. */
export const pictureSchema = z
  .object({ width: z.int().min(1).max(8192), height: z.int().min(1).max(8192), rgb: bytesSchema })
  .refine(
    ({ width, height, rgb }) => rgb.length === width * height * 3,
    'expected 3 bytes for each pixel: width x height x 3',
  )

/** A picture, or a picture file (PNG, JPEG, HEIC, WebP). */
export const anyPictureSchema = z.union([pictureSchema, z.object({ file: bytesSchema })])

export const guessSchema = z.object({ label: z.int(), name: z.string(), confidence: z.number() })

/** What the model says of a picture. */
export const classifiedSchema = z.object({
  /** The five likeliest classes, likeliest first. */
  top: z.array(guessSchema).readonly(),
  /** Of the model's run alone, in ms. */
  latency: z.number(),
})

export const playedSchema = z.object({
  /** At the model's size, before and after. */
  clean: pictureSchema,
  adversarial: pictureSchema,
  before: classifiedSchema,
  after: classifiedSchema,
  /** The class that was attacked, and the one that was steered to where there was one. */
  label: z.int(),
  target: z.int().nullable(),
  verdict: z.enum(['fooled', 'held', 'wrong-from-start']),
  /** In 8-bit units. */
  distances: z.object({ l0: z.number(), l1: z.number(), l2: z.number(), linf: z.number() }),
  gradients: z.int(),
  queries: z.int(),
  /** Of the whole attack, in ms. */
  time: z.number(),
})

/** Both pictures after a print or camera effect of one strength. */
export const effectSchema = z.object({
  strength: z.number(),
  clean: z.object({ picture: pictureSchema, top: z.array(guessSchema).readonly() }),
  adversarial: z.object({ picture: pictureSchema, top: z.array(guessSchema).readonly() }),
})

export type Picture = z.infer<typeof pictureSchema>
export type AnyPicture = z.infer<typeof anyPictureSchema>
export type Guess = z.infer<typeof guessSchema>
export type Classified = z.infer<typeof classifiedSchema>
export type Played = z.infer<typeof playedSchema>
export type Effect = z.infer<typeof effectSchema>
