import type { z } from 'zod'
import { experimentCommands } from './commands/experiments'
import { labCommands } from './commands/lab'
import { modelCommands } from './commands/models'
import { playgroundCommands } from './commands/playground'
import { stepCommands } from './commands/steps'

/** The commands of the lab: what each takes, checked where it arrives, and what it answers. */
export const commands = {
  ...experimentCommands,
  ...stepCommands,
  ...modelCommands,
  ...playgroundCommands,
  ...labCommands,
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>

export type Commands = typeof commands
export type CommandName = keyof Commands
/** What a caller sends. */
export type Input<K extends CommandName> = z.input<Commands[K]['input']>
/** What a handler gets once the input is checked. */
export type Checked<K extends CommandName> = z.output<Commands[K]['input']>
export type Output<K extends CommandName> = z.output<Commands[K]['output']>

export type { ExperimentSummary, NewExperiment } from './commands/experiments'
export type { CaptureReply } from './commands/steps'
