import { Option, type Command } from 'commander'
import { providers, type Provider } from '#core/models/ModelInfo'
import type { ModelSource, OpenOptions } from '#lab/ports/Engine'
import type { CommonOptions } from './Cli'
import { whole } from './options'
import { profileInput, profileOption, type ProfileFlags } from './profileFlags'

export interface ModelOptions extends CommonOptions, ProfileFlags {
  readonly provider?: Provider
  /** A file of class names. */
  readonly labelNames?: string
}

/** Options of commands that run a model without an experiment. */
export function inferenceOptions(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON, for programs')
    .option(
      '--label-names <file>',
      'class names, one a line or a JSON array (default: those in or beside the model)',
    )
    .addOption(profileOption())
    .addOption(new Option('--provider <name>', 'back end (default: the best that works)').choices(providers))
    .option('--threads <number>', 'threads of the CPU back end (default: one per core)', whole(1))
}

/** What the options say of a model file. */
export function sourceOf(path: string, options: ModelOptions): ModelSource {
  const { labelNames } = options
  const profile = profileInput(options)
  return {
    kind: 'file',
    path,
    ...(labelNames !== undefined && { labels: labelNames }),
    ...(profile && { profile }),
  }
}

export function openOptions({ provider, threads }: ModelOptions): OpenOptions {
  return { ...(provider && { provider }), ...(threads !== undefined && { threads }) }
}
