import { nets } from './nets'
import { tasks } from './tasks'

/** What is measured beside the timed tasks, in processes of its own. */
export const resources = ['memory', 'start'] as const
type Resource = (typeof resources)[number]

/** What `npm run bench -- peers` measures. */
export interface PeersOptions {
  /** Keys of {@link nets}. */
  readonly nets: readonly string[]
  readonly batches: readonly number[]
  /** Keys of {@link tasks}. */
  readonly tasks: readonly string[]
  readonly resources: readonly Resource[]
  /** Turns of each task; by default more at batch 1, and one where a turn takes long. */
  readonly turns?: number
}

/** As the command line gives them: lists with commas. */
export interface PeersFlags {
  readonly nets?: string | undefined
  readonly batches?: string | undefined
  readonly tasks?: string | undefined
  readonly turns?: string | undefined
}

/**
 * @param whole everything by default; else what takes half a minute
 * @returns what is wrong with the flags, as a sentence, where something is
 */
export function peersOptions(flags: PeersFlags, whole: boolean): PeersOptions | string {
  const some = <T>(all: readonly T[], few: readonly T[]): readonly T[] => (whole ? all : few)
  const chosenNets = listOf(flags.nets) ?? some(Object.keys(nets), ['resnet18'])
  const strange = chosenNets.find((name) => !Object.hasOwn(nets, name))
  if (strange !== undefined) {
    return `There is no net "${strange}" for --nets. There are: ${Object.keys(nets).join(', ')}.`
  }
  const known: readonly string[] = [...Object.keys(tasks), ...resources]
  const chosen = listOf(flags.tasks) ?? some(known, ['forward', 'gradient'])
  const unknown = chosen.find((name) => !known.includes(name))
  if (unknown !== undefined)
    return `There is no task "${unknown}" for --tasks. There are: ${known.join(', ')}.`
  const batches = listOf(flags.batches)?.map(Number) ?? some([1, 8], [1])
  if (!batches.every(isCount)) {
    return `Expected --batches to be whole numbers of at least 1, got "${flags.batches ?? ''}".`
  }
  const turns = flags.turns === undefined ? undefined : Number(flags.turns)
  if (turns !== undefined && !isCount(turns)) {
    return `Expected --turns to be a whole number of at least 1, got "${flags.turns ?? ''}".`
  }
  return {
    nets: chosenNets,
    batches,
    tasks: chosen.filter((name) => Object.hasOwn(tasks, name)),
    resources: resources.filter((name) => chosen.includes(name)),
    ...(turns === undefined ? {} : { turns }),
  }
}

const listOf = (text: string | undefined): string[] | undefined => text?.split(',').map((part) => part.trim())

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1
