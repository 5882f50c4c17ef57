import { z } from 'zod'
import { idSchema } from '../experiment'
import { jobSchema } from '../jobs'
import { phoneSchema } from '../phone'
import { aboutSchema, settingsSchema } from '../settings'

export const labCommands = {
  about: { input: z.object({}), output: aboutSchema },
  'settings.read': { input: z.object({}), output: settingsSchema },
  /** Changes what is given. Back end and threads count from the next model that is opened. */
  'settings.write': { input: settingsSchema.partial(), output: settingsSchema },
  /**
   * Removes for good what lies in the trash, and uploads that nothing refers to, for longer than `keptDays`; a window asks
   * for it once when it opens. Tells what was removed, and what could not be.
   */
  tidy: {
    input: z.object({}),
    output: z.object({
      /** Names of the experiments that lay in the trash. */
      experiments: z.array(z.string()).readonly(),
      uploads: z.int(),
      /** Of all that was removed. */
      bytes: z.number(),
      problems: z.array(z.string()).readonly(),
    }),
  },
  /** Everything under way, waiting, failed and not yet dismissed, or cut off by the last end of the program. */
  'job.list': { input: z.object({}), output: z.array(jobSchema).readonly() },
  /** Gives an interrupted or failed job's command again, under the same name; answers as soon as it has started. */
  'job.resume': { input: z.object({ job: z.string() }), output: z.object({}) },
  /** Forgets an interrupted or failed job. What it made stays. */
  'job.dismiss': { input: z.object({ job: z.string() }), output: z.object({}) },
  /** Ends a job at once, also one that waits for its turn; true when there was one to end. */
  cancel: { input: z.object({ job: z.string() }), output: z.object({ running: z.boolean() }) },
  /** Opens a page on the local network where a paired phone takes photos for an experiment. */
  'phone.open': { input: z.object({ experiment: idSchema }), output: phoneSchema },
  'phone.close': { input: z.object({}), output: phoneSchema },
  'phone.state': { input: z.object({}), output: phoneSchema },
} as const
