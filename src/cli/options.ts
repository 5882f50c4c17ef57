import { InvalidArgumentError, Option, type Command } from 'commander'
import { providers } from '#core/models/ModelInfo'

/** Adds the options that every command has. */
export function common(command: Command): Command {
  return command
    .option('--folder <path>', 'folder of experiments', 'experiments')
    .option('--json', 'print the result as JSON, for programs')
    .addOption(
      new Option('--provider <name>', 'run models on this back end (default: the best that works)').choices(
        providers,
      ),
    )
    .option('--threads <number>', 'threads of the CPU back end (default: one per core)', whole(1))
}

export const fitOption = (): Option =>
  new Option('--fit <how>', "how own images come to the model's size (default: as its profile says)").choices(
    ['crop', 'pad', 'stretch'],
  )

export const splitOption = (): Option =>
  new Option('--split <name>', 'which part of drawn images or of a data set')
    .choices(['train', 'validation', 'test'])
    .default('test')

/** Reads a whole number that is not below `least`. */
export function whole(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= least && text.trim() !== '') return value
    throw new InvalidArgumentError(`Expected a whole number of at least ${least}.`)
  }
}

/** Reads a number between two bounds. */
export function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (value >= least && value <= most && text.trim() !== '') return value
    throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`)
  }
}

/** Reads "16,8,4,2". */
export function numbers(text: string): number[] {
  const values = text.split(',').map(Number)
  if (values.every((value) => Number.isFinite(value))) return values
  throw new InvalidArgumentError('Expected numbers with commas between them, such as 16,8,4,2.')
}

/** Reads "fgsm,bim". */
export function names(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/** Reads "noise:8,pose". */
export function namedStrengths(text: string): { name: string; strength?: number }[] {
  return names(text).map((part) => {
    const [name, strength, ...more] = part.split(':')
    if (strength === undefined) return { name: part }
    const value = Number(strength)
    if (name && strength.trim() !== '' && Number.isFinite(value) && more.length === 0) {
      return { name, strength: value }
    }
    throw new InvalidArgumentError('Expected names with strengths, such as noise:8,pose:5.')
  })
}
