import type { CommandName } from '#contract/commands'

/** The commands that are jobs: they are listed, and written down so that they can be resumed. The others come and go. */
const long = [
  'generate',
  'sheets',
  'simulate',
  'import',
  'score',
  'study',
  'report',
  'run',
  'model.fetch',
  'model.measure',
] as const satisfies readonly CommandName[]

/** The commands that write to an experiment: of these one at a time is at work on each experiment. */
const writing = [
  'generate',
  'sheets',
  'simulate',
  'import',
  'score',
  'study',
  'report',
  'run',
  'experiment.configure',
] as const satisfies readonly CommandName[]

/** The steps that `run` takes by itself. */
const partsOfRun: readonly string[] = ['generate', 'sheets', 'simulate', 'score', 'study', 'report']

/** Steps that with `again` first throw away what there was, before they report any progress. */
const clearsFirst: readonly string[] = ['generate', 'simulate', 'import']

export function isLong(command: string): boolean {
  return (long as readonly string[]).includes(command)
}

export function isWriting(command: string): boolean {
  return (writing as readonly string[]).includes(command)
}

interface Asked {
  readonly command: string
  readonly experiment: string | null
  readonly input: Readonly<Record<string, unknown>>
}

/** Whether a command that is given now does all that an older one left undone, so that the older need not be kept. */
export function supersedes(now: Asked, old: Asked): boolean {
  if (now.experiment !== old.experiment) return false
  if (now.command === old.command && sameInput(now.input, old.input)) return true
  if (now.experiment === null) return false
  if (now.command === 'run') return partsOfRun.includes(old.command)
  return now.command === old.command && now.command !== 'import' && now.input['settings'] === undefined
}

function sameInput(a: Asked['input'], b: Asked['input']): boolean {
  const text = (input: Asked['input']): string =>
    JSON.stringify(
      Object.entries(input)
        .filter(([name]) => name !== 'job')
        .sort(([one], [other]) => (one < other ? -1 : 1)),
    )
  return text(a) === text(b)
}

/**
 * The input that goes on where a job stopped. A job that was to start over has done so once it told its first progress:
 * given `again` once more it would throw away what it had made.
 */
export function inputToResume({
  command,
  input,
  phase,
}: Asked & { readonly phase: string }): Readonly<Record<string, unknown>> {
  if (phase === '' || !clearsFirst.includes(command)) return input
  return Object.fromEntries(Object.entries(input).filter(([name]) => name !== 'again'))
}
