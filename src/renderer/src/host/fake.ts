import { commands, type Checked, type CommandName, type Input, type Output } from '#contract/commands'
import type { Events } from '#contract/events'
import {
  HostError,
  type BlobRef,
  type ChosenFile,
  type Connection,
  type Host,
  type MenuCommand,
  type PickKind,
  type Uploaded,
  type UploadHooks,
} from '#contract/host'
import type { Job } from '#contract/jobs'

/** What a scripted command is given beside its input. */
export interface FakeTools {
  /** Aborted when the command is cancelled. */
  readonly signal: AbortSignal
  progress(phase: string, done: number, total: number): void
  notice(message: string): void
}

/** What commands answer. A reply is checked against the contract: a script cannot promise what the lab would not. */
export type Script = {
  readonly [K in CommandName]?: (input: Checked<K>, tools: FakeTools) => Output<K> | Promise<Output<K>>
}

interface Running {
  readonly job: Job
  readonly abort: AbortController
}

/** A host with no lab behind it, for tests of components. It keeps to the contract; the contract's test runs against it. */
export class FakeHost implements Host {
  readonly kind = 'fake'
  /** Commands that were sent, in order. */
  readonly sent: { readonly name: CommandName; readonly input: unknown }[] = []
  readonly saved: { readonly ref: BlobRef; readonly name: string }[] = []
  readonly printed: BlobRef[] = []
  readonly revealed: string[] = []
  readonly uploaded: ChosenFile[] = []
  /** Files of experiments by `experiment/path`. */
  readonly blobs = new Map<string, Uint8Array>()
  /** What dialogs answer. */
  picks: readonly string[] = []
  /** Replies; a test may change them while it runs. */
  script: Script
  readonly #listeners = new Map<keyof Events, Set<(event: never) => void>>()
  readonly #watchers = new Set<(state: Connection) => void>()
  readonly #menus = new Set<(command: MenuCommand) => void>()
  readonly #running = new Map<string, Running>()
  #connection: Connection = 'connected'

  constructor(script: Script = {}) {
    this.script = script
  }

  async send<K extends CommandName>(name: K, input: Input<K>): Promise<Output<K>> {
    this.sent.push({ name, input })
    if (this.#connection !== 'connected')
      throw new HostError('connection-lost', 'There is no connection now.')
    if (!Object.hasOwn(commands, name)) {
      throw new HostError('invalid-argument', `There is no command "${name}".`)
    }
    const checked = commands[name].input.safeParse(input)
    if (!checked.success) throw new HostError('invalid-argument', `${name}: ${checked.error.message}`)
    const value = await this.#answer(name, checked.data as Checked<K>)
    const reply = commands[name].output.safeParse(value)
    if (reply.success) return value
    throw new HostError(
      'internal',
      `The script's reply to ${name} is none of the lab's: ${reply.error.message}`,
    )
  }

  listen<K extends keyof Events>(name: K, listener: (event: Events[K]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    return () => {
      listeners.delete(listener)
    }
  }

  /** Tells an event as the lab would. */
  tell<K extends keyof Events>(name: K, event: Events[K]): void {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) listener(event as never)
  }

  watchConnection(listener: (state: Connection) => void): () => void {
    this.#watchers.add(listener)
    listener(this.#connection)
    return () => {
      this.#watchers.delete(listener)
    }
  }

  /** Breaks the connection: commands under way fail; or brings it back. */
  connect(state: Connection): void {
    this.#connection = state
    if (state !== 'connected') for (const { abort } of this.#running.values()) abort.abort('connection-lost')
    for (const watcher of [...this.#watchers]) watcher(state)
  }

  blobUrl({ experiment, path }: BlobRef, side?: number): string {
    const bytes = this.blobs.get(`${experiment}/${path}`)
    const asked = side === undefined ? '' : `#${side}`
    // As a browser shows a file that is not there: an address that nothing answers at.
    return bytes
      ? `${URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]))}${asked}`
      : `blob:gone/${path}`
  }

  upload(files: readonly ChosenFile[], { onProgress }: UploadHooks = {}): Promise<Uploaded> {
    this.uploaded.push(...files)
    onProgress?.(1)
    const paths = files.map(({ name, webkitRelativePath }) => `/uploads/1/${webkitRelativePath || name}`)
    const top = files[0]?.webkitRelativePath?.split('/')[0]
    return Promise.resolve({ folder: top ? `/uploads/1/${top}` : '/uploads/1', paths })
  }

  readonly pick = (_kind: PickKind): Promise<readonly string[]> => Promise.resolve(this.picks)

  save(ref: BlobRef, name: string): Promise<void> {
    this.saved.push({ ref, name })
    return Promise.resolve()
  }

  print(ref: BlobRef): Promise<void> {
    this.printed.push(ref)
    return Promise.resolve()
  }

  readonly reveal = (experiment: string): Promise<void> => {
    this.revealed.push(experiment)
    return Promise.resolve()
  }

  onMenu(listener: (command: MenuCommand) => void): () => void {
    this.#menus.add(listener)
    return () => {
      this.#menus.delete(listener)
    }
  }

  /** Chooses from a menu as the user would. */
  choose(command: MenuCommand): void {
    for (const listener of [...this.#menus]) listener(command)
  }

  async #answer<K extends CommandName>(name: K, input: Checked<K>): Promise<Output<K>> {
    const { job, experiment } = input as { readonly job?: string; readonly experiment?: string }
    const script = this.script[name]
    // These two are the host's own unless a test says otherwise.
    if (!script && name === 'cancel') return { running: this.#cancel(job!) } as Output<K>
    if (!script && name === 'job.list') return this.#jobs() as Output<K>
    if (!script) throw new HostError('unsupported', `The script has no reply to ${name}.`)
    const abort = new AbortController()
    const key = job ?? `${name}-${this.sent.length}`
    if (job !== undefined) {
      if (this.#running.has(job))
        throw new HostError('conflict', `There is already a job "${job}" under way.`)
      this.#running.set(key, { abort, job: newJob(key, name, experiment ?? null) })
      this.tell('jobs', { jobs: this.#jobs() })
    }
    const tools: FakeTools = {
      signal: abort.signal,
      progress: (phase, done, total) => {
        const running = this.#running.get(key)
        if (running) this.#running.set(key, { ...running, job: { ...running.job, phase, done, total } })
        this.tell('progress', { job: key, phase, done, total, left: null })
      },
      notice: (message) => {
        this.tell('notice', { job: key, message })
      },
    }
    const cut = new Promise<never>((_, reject) => {
      abort.signal.addEventListener('abort', () => {
        reject(new HostError(String(abort.signal.reason), 'Cancelled.'))
      })
    })
    try {
      return await Promise.race([Promise.resolve(script(input, tools)), cut])
    } finally {
      if (this.#running.delete(key)) this.tell('jobs', { jobs: this.#jobs() })
    }
  }

  #cancel(job: string): boolean {
    const running = this.#running.get(job)
    running?.abort.abort('cancelled')
    return running !== undefined
  }

  #jobs(): readonly Job[] {
    return [...this.#running.values()].map(({ job }) => job)
  }
}

function newJob(job: string, command: string, experiment: string | null): Job {
  const started = '2026-01-02T03:04:05.000Z'
  return {
    job,
    command,
    experiment,
    state: 'running',
    started,
    phase: '',
    done: 0,
    total: 0,
    elapsed: 0,
    left: null,
    problem: null,
    notices: [],
  }
}
