import type { Command } from 'commander'
import type { CommandName, Input, Output } from '#contract/commands'
import type { ProgressEvent } from '#contract/events'
import type { Failure } from '#contract/reply'
import type { CancelSignal } from '#core/errors'
import type { Provider } from '#core/models/ModelInfo'
import type { Lab } from '#lab/Lab'
import { ProgressLine, type Terminal } from './ProgressLine'

/** A command of the lab failed; what it answered. */
export class CommandFailure extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message)
    this.name = 'CommandFailure'
    this.failure = failure
  }
}

/** Options that every command has. */
export interface CommonOptions {
  /** The folder of experiments. */
  readonly folder: string
  readonly json?: boolean
  readonly provider?: Provider
  readonly threads?: number
}

export interface OpenLab extends AsyncDisposable {
  readonly lab: Lab
}

/** What the commands share: the lab, where results go, and where progress is shown. */
export class Cli {
  readonly out: Terminal
  readonly err: Terminal
  readonly now: () => number
  readonly #openLab: (options: CommonOptions) => OpenLab
  /** Ends the running job; undefined while none runs. */
  #cancel: (() => void) | undefined

  constructor(ports: {
    out: Terminal
    err: Terminal
    now: () => number
    openLab: (options: CommonOptions) => OpenLab
  }) {
    this.out = ports.out
    this.err = ports.err
    this.now = ports.now
    this.#openLab = ports.openLab
  }

  /** Prints a result: as JSON when that was asked for, else as text. */
  result(options: Pick<CommonOptions, 'json'>, value: unknown, text: string): void {
    this.out.write(options.json ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`)
  }

  /** Runs work with a lab, and closes the lab whatever happens. */
  async withLab<R>(options: CommonOptions, work: (session: Session) => Promise<R>): Promise<R> {
    await using opened = this.#openLab(options)
    return await work(
      new Session(opened.lab, this, (cancel) => {
        this.#cancel = cancel
      }),
    )
  }

  /** Waits until the user ends what is open: the first Ctrl-C. */
  async untilCancelled(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#cancel = resolve
    })
  }

  /** Runs work that the first Ctrl-C asks to end. */
  async cancellable<R>(work: (signal: CancelSignal) => Promise<R>): Promise<R> {
    const signal = { aborted: false }
    this.#cancel = () => {
      signal.aborted = true
    }
    try {
      return await work(signal)
    } finally {
      this.#cancel = undefined
    }
  }

  /** @returns false when there is nothing to cancel */
  cancel(): boolean {
    this.#cancel?.()
    return this.#cancel !== undefined
  }
}

/** One use of the lab by one command line. */
export class Session {
  readonly #lab: Lab
  readonly #cli: Cli
  readonly #running: (cancel: (() => void) | undefined) => void

  constructor(lab: Lab, cli: Cli, running: (cancel: (() => void) | undefined) => void) {
    this.#lab = lab
    this.#cli = cli
    this.#running = running
  }

  /**
   * Sends a command and shows its progress under a title.
   * @throws CommandFailure
   */
  async send<K extends CommandName>(name: K, input: Input<K>, title?: string): Promise<Output<K>> {
    const line = new ProgressLine(title ?? name, this.#cli.err, this.#cli.now)
    const stop = [
      this.#lab.listen('progress', (event: ProgressEvent) => {
        line.update(event)
      }),
      this.#lab.listen('notice', ({ message }) => {
        line.note(`note: ${message}`)
      }),
    ]
    const job = `cli-${name}`
    this.#running(() => {
      line.note('Cancelling. Once more ends at once.')
      void this.#lab.send('cancel', { job })
    })
    try {
      const reply = await this.#lab.send(name, { ...input, job } as Input<K>)
      if (!reply.ok) {
        // Whoever typed the command has read why it failed: no need to keep that for others.
        await this.#lab.send('job.dismiss', { job })
        throw new CommandFailure(reply)
      }
      return reply.value
    } finally {
      this.#running(undefined)
      line.end()
      for (const end of stop) end()
    }
  }

  /** The experiment that was named, or else the newest. */
  async experimentId(named: string | undefined, folder: string): Promise<string> {
    if (named !== undefined) return named
    const [newest] = await this.send('experiment.list', {})
    if (newest) return newest.id
    throw new CommandFailure({
      ok: false,
      code: 'not-found',
      message: `There is no experiment in ${folder} yet. Make one with \`halftone new\`, or run \`halftone demo\`.`,
    })
  }
}

/** How a command adds itself to the program. */
export type RegisterCommand = (program: Command, cli: Cli) => void
