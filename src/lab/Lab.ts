import { z } from 'zod'
import { commands, type CommandName, type Input, type Output } from '#contract/commands'
import type { Events } from '#contract/events'
import type { Failure, Reply } from '#contract/reply'
import { HalftoneError } from '#core/errors'
import { CancelSource } from './CancelSource'
import { handlers } from './handlers'
import type { LabPorts } from './ports/LabPorts'

type Listener<K extends keyof Events> = (event: Events[K]) => void

/**
 * The lab as its hosts see it: commands in, replies and events out. The command line, the window and the server all talk
 * to one of these, so that they can do the same and fail the same.
 */
export class Lab {
  readonly #ports: LabPorts
  readonly #listeners: { readonly [K in keyof Events]: Set<Listener<K>> } = {
    progress: new Set(),
    notice: new Set(),
    changed: new Set(),
    jobs: new Set(),
    phone: new Set(),
  }
  readonly #jobs = new Map<string, CancelSource>()
  #unnamed = 0

  constructor(ports: LabPorts) {
    this.#ports = ports
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
    const checked = commands[name].input.safeParse(input)
    if (!checked.success) return failure('invalid-argument', `${name}: ${z.prettifyError(checked.error)}`)
    const { job: named, experiment } = checked.data as { job?: string; experiment?: string }
    const job = named ?? `${name}-${++this.#unnamed}`
    if (name === 'cancel') return this.#cancel(job) as Reply<Output<K>>
    if (this.#jobs.has(job)) return failure('conflict', `There is already a job "${job}" under way.`)
    const source = new CancelSource()
    this.#jobs.set(job, source)
    try {
      const handler = handlers[name as keyof typeof handlers] as (
        input: unknown,
        context: Parameters<(typeof handlers)['generate']>[1],
      ) => Promise<Output<K>>
      const value = await handler(checked.data, {
        ports: this.#ports,
        signal: source.signal,
        progress: (phase, done, total) => {
          this.#tell('progress', { job, phase, done, total })
        },
        notice: (message) => {
          this.#tell('notice', { job, message })
        },
      })
      return { ok: true, value }
    } catch (error) {
      return failureOf(error)
    } finally {
      this.#jobs.delete(job)
      if (experiment !== undefined) this.#tell('changed', { experiment })
    }
  }

  #cancel(job: string): Reply<Output<'cancel'>> {
    const source = this.#jobs.get(job)
    source?.abort()
    return { ok: true, value: { running: source !== undefined } }
  }

  #tell<K extends keyof Events>(name: K, event: Events[K]): void {
    for (const listener of this.#listeners[name]) listener(event)
  }
}

function failure(code: string, message: string): Failure {
  return { ok: false, code, message }
}

/** What a user can act on keeps its code; anything else is a bug of ours, and its stack goes along for the report of it. */
function failureOf(error: unknown): Failure {
  if (error instanceof HalftoneError) return failure(error.code, error.message)
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return failure('internal', `This is a bug in Halftone. Please report it with these lines:\n${text}`)
}
