import { z } from 'zod'
import { idSchema } from './experiment'

/**
 * A long command: under way, waiting for another that writes to the same experiment, ended with an error, or cut off by
 * the end of the program, when `job.resume` goes on with it.
 */
export const jobSchema = z.object({
  job: z.string(),
  /** The command's name: `generate`. */
  command: z.string(),
  experiment: idSchema.nullable(),
  state: z.enum(['waiting', 'running', 'failed', 'interrupted']),
  /** When it was started, ISO 8601. */
  started: z.string(),
  /** What it is doing, in words, and how far it has come; `total` is 0 before it has said so. */
  phase: z.string(),
  done: z.number(),
  total: z.number(),
  /** Time since it started running, in ms, as of this message. */
  elapsed: z.number(),
  /** How much longer it will take, in ms, by the speed of this run; null while that would be a guess. */
  left: z.number().nullable(),
  /** Why it failed; null otherwise. */
  problem: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** What it told on its way that did not stop it. */
  notices: z.array(z.string()).readonly(),
})

export type Job = z.infer<typeof jobSchema>
