import { setTimeout as pause } from 'node:timers/promises'
import type { CommandName, Input, Output } from '#contract/commands'
import type { Events } from '#contract/events'
import type { BlobRef } from '#contract/host'
import type { Reply } from '#contract/reply'
import type { Blob } from '#lab/blob'
import { failureOf } from '#lab/failure'
import { builtFile } from '../process/builtFile'
import { Connection } from '../process/Connection'
import { forkChild } from '../process/forkChild'
import type { LabClient, LabState } from './LabClient'
import type { RemoteLabOptions } from './labHandlers'
import { Listeners } from './Listeners'
import type { LabConnection, LaunchLab } from './protocol'
import { RestartPace } from './RestartPace'

export interface LabProcessOptions {
  /** Starts a lab process; by default the built one is forked. Electron hands in its utility process. */
  readonly launch?: LaunchLab
  /** How long the process may take to end in order when it is closed, in ms. */
  readonly grace?: number
}

/**
 * The lab in a process of its own, so that a crash of native code costs no window and no server. When it is lost, calls
 * under way fail with `lab-lost`, it is started again, and its jobs are told of anew: those that ran are `interrupted`.
 */
export class LabProcess implements LabClient {
  readonly #lab: RemoteLabOptions
  readonly #options: LabProcessOptions
  readonly #listeners = new Listeners()
  readonly #watchers = new Set<(state: LabState) => void>()
  readonly #pace = new RestartPace()
  #connection: Promise<LabConnection>
  #current: LabConnection | undefined
  #state: LabState = 'running'
  readonly #closing = new AbortController()

  constructor(lab: RemoteLabOptions, options: LabProcessOptions = {}) {
    this.#lab = lab
    this.#options = options
    this.#connection = this.#start()
    // Whoever sends something is told.
    this.#connection.catch(() => undefined)
  }

  /** Process id of the lab, undefined while none runs. */
  get pid(): number | undefined {
    return this.#current?.alive ? this.#current.pid : undefined
  }

  get state(): LabState {
    return this.#state
  }

  async send<K extends CommandName>(name: K, input: Input<K>): Promise<Reply<Output<K>>> {
    // The reply's type is that of the lab's own `send`, by way of the wire.
    return (await this.#ask((lab) => lab.call('send', { name, input }))) as Reply<Output<K>>
  }

  async blob(ref: BlobRef, side?: number): Promise<Reply<Blob>> {
    return await this.#ask((lab) => lab.call('blob', { ref, side }))
  }

  listen<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void {
    return this.#listeners.add(name, listener)
  }

  watch(listener: (state: LabState) => void): () => void {
    this.#watchers.add(listener)
    return () => {
      this.#watchers.delete(listener)
    }
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted
  }

  /** Ends the lab in order: what runs is written down as interrupted. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closing.abort()
    await this.#current?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #ask<T>(call: (lab: LabConnection) => Promise<Reply<T>>): Promise<Reply<T>> {
    try {
      if (this.#closed) throw new LabLost(closedMessage)
      return await call(await this.#connection)
    } catch (error) {
      return error instanceof LabLost
        ? { ok: false, code: 'lab-lost', message: error.message }
        : failureOf(error)
    }
  }

  /** @throws LabLost; what opening the lab throws */
  async #start(): Promise<LabConnection> {
    const { launch = forkLab, grace = 5000 } = this.#options
    const connection: LabConnection = new Connection(launch(), {
      grace,
      lost: (how, lastWords) => new LabLost(lostMessage(how, lastWords)),
      onEvent: (event) => {
        this.#listeners.tell(event)
      },
      onLost: () => {
        this.#startAgain()
      },
    })
    this.#current = connection
    this.#pace.started(performance.now())
    await connection.call('open', this.#lab)
    return connection
  }

  /** Calls that come meanwhile wait for the next process. */
  #startAgain(): void {
    if (this.#closed) return
    this.#tell('lost')
    const { signal } = this.#closing
    this.#connection = pause(this.#pace.pause(performance.now()), undefined, { signal }).then(
      () => this.#start(),
      () => {
        throw new LabLost(closedMessage)
      },
    )
    this.#connection.then(
      () => {
        this.#tell('running')
        void this.#tellJobs()
      },
      // It was lost again, and so is already on its way back; or it cannot be opened, and calls are told why.
      () => undefined,
    )
  }

  async #tellJobs(): Promise<void> {
    const jobs = await this.send('job.list', {})
    if (jobs.ok) this.#listeners.tell({ name: 'jobs', value: { jobs: jobs.value } })
  }

  #tell(state: LabState): void {
    this.#state = state
    for (const watcher of [...this.#watchers]) watcher(state)
  }
}

const forkLab: LaunchLab = () => forkChild(builtFile('lab.js'))

class LabLost extends Error {}

const closedMessage = 'The lab was closed.'

function lostMessage(how: string, lastWords: string): string {
  return (
    `The lab's process was lost (${how}), and with it this command. It starts again by itself; what was finished is ` +
    `on disk, and a job that ran can be resumed.${lastWords ? ` Its last words: ${lastWords}` : ''}`
  )
}
