import { CommanderError } from 'commander'
import { HalftoneError } from '#core/errors'
import type { Cli } from './Cli'
import { CommandFailure } from './Cli'
import { exitCodeOf } from './exitCodes'
import { programOf } from './program'

/** Runs one command line and returns its exit code. What goes wrong is said on stderr, with --json on stdout too. */
export async function run(args: readonly string[], cli: Cli): Promise<number> {
  try {
    await programOf(cli).parseAsync([...args], { from: 'user' })
    return 0
  } catch (error) {
    // Commander has already printed its message, or the help or version that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { code, message } = failureOf(error)
    if (args.includes('--json')) cli.out.write(`${JSON.stringify({ error: { code, message } }, null, 2)}\n`)
    cli.err.write(`halftone: ${message}\n`)
    return exitCodeOf(code)
  }
}

function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  if (error instanceof CommandFailure) return error.failure
  if (error instanceof HalftoneError) return error
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    code: 'internal',
    message: `This is a bug in Halftone. Please report it with these lines:\n${text}`,
  }
}
