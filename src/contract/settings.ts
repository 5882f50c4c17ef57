import { z } from 'zod'
import { environmentSchema } from './experiment'
import { providerSchema } from './models'

/** What a user chose for all experiments; kept beside them. */
export const settingsSchema = z.object({
  /** The back end to run models on; null takes the best one that works. */
  provider: providerSchema.nullable(),
  /** Threads of the CPU back end; null takes one per core. */
  threads: z.int().min(1).max(256).nullable(),
})

/** This program and this machine. */
export const aboutSchema = environmentSchema.omit({ provider: true }).extend({
  /** The folder of experiments. */
  folder: z.string(),
  cores: z.int(),
})

export type LabSettings = z.infer<typeof settingsSchema>
export type About = z.infer<typeof aboutSchema>
