import { z } from 'zod'
import { idSchema } from './experiment'

/** One photo from a phone, and what came of it. */
export const phonePhotoSchema = z.object({
  name: z.string(),
  state: z.enum(['arriving', 'reading', 'read', 'refused']),
  /** Share of its bytes that have come, 0..1. */
  arrived: z.number(),
  sheets: z.array(z.int().positive()).readonly(),
  reason: z.string().nullable(),
})

/** The page for phones: closed, or open for one experiment at addresses that carry the pairing token. */
export const phoneSchema = z.object({
  open: z.boolean(),
  experiment: idSchema.nullable(),
  /** One for each of the machine's network addresses, the likeliest first. */
  urls: z.array(z.string()).readonly(),
  /** Phones that have opened the page. */
  phones: z.int().nonnegative(),
  /** The latest photos, newest first. */
  photos: z.array(phonePhotoSchema).readonly(),
})

export type PhoneState = z.infer<typeof phoneSchema>
export type PhonePhoto = z.infer<typeof phonePhotoSchema>
