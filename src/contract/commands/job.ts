import { z } from 'zod'
import { idSchema } from '../experiment'

/** A long command names its job, so that its progress can be told apart and `cancel` can name it. */
export const jobFields = { job: z.string().max(200).optional() }

/** A long command that writes to an experiment. */
export const stepFields = { experiment: idSchema, ...jobFields }
