import { z } from 'zod'
import { commands, type Checked, type CommandName, type Input, type Output } from '#contract/commands'
import type { Events } from '#contract/events'
import type { BlobRef } from '#contract/host'
import type { Reply } from '#contract/reply'
import { HalftoneError } from '#core/errors'
import { readBlob, type Blob } from './blob'
import { failure, failureOf } from './failure'
import { handlers, type OwnCommand } from './handlers'
import { ExperimentQueue } from './jobs/ExperimentQueue'
import { JobBook } from './jobs/JobBook'
import { isWriting } from './jobs/kinds'
import type { LiveJob } from './jobs/LiveJob'
import type { LabContext } from './LabContext'
import { BackEnds } from './models/BackEnds'
import { Phone } from './phone'
import { OpenModels } from './playground/OpenModels'
import type { LabPorts } from './ports/LabPorts'
import { tellingStore } from './tellingStore'

type Listener<K extends keyof Events> = (event: Events[K]) => void

/**
 * The lab as its hosts see it: commands in, replies and events out. The command line, the window and the server all talk
 * to one of these, so that they can do the same and fail the same.
 */
export class Lab implements AsyncDisposable {
  readonly #ports: LabPorts
  readonly #listeners: { readonly [K in keyof Events]: Set<Listener<K>> } = {
    progress: new Set(),
    notice: new Set(),
    changed: new Set(),
    jobs: new Set(),
    phone: new Set(),
  }
  readonly #jobs: JobBook
  readonly #queue = new ExperimentQueue()
  readonly #models: OpenModels
  readonly #backEnds: BackEnds
  readonly #phone: Phone
  readonly #stopListening: () => void
  readonly #underWay = new Set<Promise<unknown>>()
  #closing = false
  #photos = 0

  constructor(ports: LabPorts) {
    const store = tellingStore(ports.store, (experiment) => {
      this.#tell('changed', { experiment })
    })
    this.#ports = { ...ports, store }
    this.#jobs = new JobBook(ports, (jobs) => {
      this.#tell('jobs', { jobs })
    })
    this.#models = new OpenModels(this.#ports)
    this.#backEnds = new BackEnds(this.#ports)
    this.#phone = new Phone(ports, (experiment, path) =>
      this.send('import', { experiment, paths: [path], job: `phone-${++this.#photos}` }),
    )
    this.#stopListening = this.#phone.listen((state) => {
      this.#tell('phone', state)
    })
  }

  /** Returns the function that ends the listening. */
  listen<K extends keyof Events>(name: K, listener: Listener<K>): () => void {
    this.#listeners[name].add(listener)
    return () => {
      this.#listeners[name].delete(listener)
    }
  }

  /** Never rejects: what goes wrong is in the reply. */
  async send<K extends CommandName>(name: K, input: Input<K>): Promise<Reply<Output<K>>> {
    // Hosts pass on what came from elsewhere.
    if (!Object.hasOwn(commands, name)) return failure('invalid-argument', `There is no command "${name}".`)
    const checked = commands[name].input.safeParse(input)
    if (!checked.success) return failure('invalid-argument', `${name}: ${z.prettifyError(checked.error)}`)
    const own = this.#own as Partial<Record<CommandName, (input: unknown) => Promise<Output<K>>>>
    const answer = own[name]
    if (answer) return replyOf(() => answer(checked.data))
    let job: LiveJob
    try {
      job = this.#begin(name, checked.data)
    } catch (error) {
      return failureOf(error)
    }
    // The schema is the command's own, which the compiler does not follow through the union of all.
    return this.#carryOut(name, checked.data as Checked<K>, job)
  }

  /**
   * A file of an experiment, by its path from the experiment's folder: nothing outside of that is served.
   * @param side asks for a thumbnail that fits into a square of this many pixels, as PNG or JPEG
   */
  async blob(ref: BlobRef, side?: number): Promise<Reply<Blob>> {
    return replyOf(() => readBlob(this.#ports, ref, side))
  }

  /**
   * Ends what is under way, and waits until it has ended. Long jobs stay in the journal, to be resumed by a later lab on
   * this folder.
   */
  async close(): Promise<void> {
    this.#closing = true
    this.#jobs.cancelAll()
    this.#stopListening()
    await replyOf(() => this.#phone.close())
    await Promise.all(this.#underWay)
    await this.#models.close()
    await this.#jobs.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  readonly #own: { readonly [K in OwnCommand]: (input: Checked<K>) => Promise<Output<K>> } = {
    cancel: ({ job }) => Promise.resolve({ running: this.#jobs.cancel(job) }),
    'job.list': () => this.#jobs.list(),
    'job.dismiss': async ({ job }) => {
      await this.#jobs.dismiss(job)
      return {}
    },
    'job.resume': ({ job }) => this.#resume(job),
    'phone.open': ({ experiment }) => this.#phone.open(experiment),
    'phone.close': () => this.#phone.close(),
    'phone.state': () => Promise.resolve(this.#phone.state()),
    'experiment.remove': ({ experiment }) => this.#remove(experiment),
  }

  async #resume(named: string): Promise<Output<'job.resume'>> {
    const { command, input } = await this.#jobs.takeUp(named)
    const checked = Object.hasOwn(commands, command)
      ? commands[command as CommandName].input.safeParse(input)
      : undefined
    if (!checked?.success || !Object.hasOwn(handlers, command)) {
      throw new HalftoneError(
        'unreadable-file',
        `The job "${named}" was written down by another version of Halftone. Give its command (${command}) anew.`,
      )
    }
    const name = command as keyof typeof handlers
    const job = this.#begin(name, checked.data)
    // Its reply goes to nobody: how it ends is in the list of jobs.
    void this.#carryOut(name, checked.data as Checked<typeof name>, job)
    return {}
  }

  async #remove(experiment: string): Promise<Output<'experiment.remove'>> {
    if (this.#queue.isBusy(experiment)) {
      throw new HalftoneError(
        'conflict',
        'Work on this experiment is under way. Cancel it, or wait until it has ended, and remove the experiment then.',
      )
    }
    const trashed = await this.#ports.store.trash(experiment)
    await this.#jobs.forget(experiment)
    return { trashed }
  }

  /** @throws HalftoneError `conflict` when a job of this name is under way, `cancelled` once the lab is being closed */
  #begin(command: CommandName, data: unknown): LiveJob {
    if (this.#closing) throw new HalftoneError('cancelled', 'Halftone is being closed.')
    const input = data as Readonly<Record<string, unknown>> & { job?: string; experiment?: string }
    return this.#jobs.begin({ command, input, job: input.job, experiment: input.experiment ?? null })
  }

  #carryOut<K extends CommandName>(command: K, input: Checked<K>, job: LiveJob): Promise<Reply<Output<K>>> {
    const work = this.#run(command, input, job)
    this.#underWay.add(work)
    return work.finally(() => this.#underWay.delete(work))
  }

  async #run<K extends CommandName>(command: K, input: Checked<K>, job: LiveJob): Promise<Reply<Output<K>>> {
    let leave: (() => void) | undefined
    try {
      if (job.experiment !== null && isWriting(command)) {
        const wait = (): void => {
          job.wait()
          this.#jobs.changed(job)
        }
        leave = await this.#queue.enter(job.experiment, job.signal, wait)
        job.run()
      }
      this.#jobs.changed(job)
      const handler = handlers[command as keyof typeof handlers] as (
        input: unknown,
        context: LabContext,
      ) => Promise<Output<K>>
      const value = await handler(input, this.#contextOf(job))
      leave?.()
      await this.#jobs.end(job)
      return { ok: true, value }
    } catch (error) {
      leave?.()
      const failed = failureOf(error)
      // What is cut off by the closing of the lab stays written down as it was, and is interrupted for the next.
      if (this.#closing) return failed
      if (job.signal.aborted) await this.#jobs.end(job)
      else await this.#jobs.failed(job, failed)
      return failed
    } finally {
      // Files that were written after the last change of experiment.json count too.
      if (job.experiment !== null && isWriting(command)) this.#tell('changed', { experiment: job.experiment })
    }
  }

  #contextOf(job: LiveJob): LabContext {
    return {
      ports: this.#ports,
      models: this.#models,
      backEnds: this.#backEnds,
      signal: job.signal,
      progress: (phase, done, total) => {
        job.advance(phase, done, total)
        this.#jobs.advanced(job)
        this.#tell('progress', { job: job.name, phase, done, total, left: job.left })
      },
      notice: (message) => {
        job.notice(message)
        this.#tell('notice', { job: job.name, message })
      },
    }
  }

  #tell<K extends keyof Events>(name: K, event: Events[K]): void {
    for (const listener of this.#listeners[name]) listener(event)
  }
}

async function replyOf<T>(work: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: true, value: await work() }
  } catch (error) {
    return failureOf(error)
  }
}
