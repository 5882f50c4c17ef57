import { CommanderError } from 'commander'
import { HalftoneError } from '#core/errors'
import { openLab } from '#node/lab/openLab'
import { Cli, CommandFailure } from './Cli'
import { exitCodeOf } from './exitCodes'
import { programOf } from './program'

/** Runs one command line and returns its exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const cli = new Cli({
    out: process.stdout,
    err: process.stderr,
    now: () => performance.now(),
    openLab,
  })
  // The first Ctrl-C ends the job in order, the second ends the process.
  let interrupted = false
  const interrupt = (): void => {
    if (interrupted || !cli.cancel()) process.exit(130)
    interrupted = true
  }
  process.on('SIGINT', interrupt)
  process.on('SIGTERM', interrupt)
  // A reader that has seen enough, such as `head`, is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
  })
  try {
    await programOf(cli).parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    return explain(error, cli, args.includes('--json'))
  } finally {
    process.off('SIGINT', interrupt)
    process.off('SIGTERM', interrupt)
  }
}

/** Says what went wrong, for people on stderr and for programs on stdout as well, and returns the exit code. */
function explain(error: unknown, cli: Cli, json: boolean): number {
  // Commander has already printed its message, or its help.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  const { code, message } = failureOf(error)
  if (json) cli.out.write(`${JSON.stringify({ error: { code, message } }, null, 2)}\n`)
  cli.err.write(`halftone: ${message}\n`)
  return exitCodeOf(code)
}

function failureOf(error: unknown): { code: string; message: string } {
  if (error instanceof CommandFailure) return error.failure
  if (error instanceof HalftoneError) return error
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    code: 'internal',
    message: `This is a bug in Halftone. Please report it with these lines:\n${text}`,
  }
}
