import { HalftoneError } from '#core/errors'
import type { AbortEvents } from '#lab/ports/Engine'
import type { Child } from './Child'
import {
  fromWire,
  type CallInput,
  type CallName,
  type CallOutput,
  type CallProgress,
  type FromChild,
  type ToChild,
} from './protocol'

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
  progress(progress: unknown): void
}

export interface CallHooks<H, K extends CallName<H>> {
  readonly signal?: AbortEvents | undefined
  readonly onProgress?: ((progress: CallProgress<H, K>) => void) | undefined
}

export interface ConnectionOptions<E> {
  /** How long a cancelled call, or the whole process when it is closed, may take to end by itself before it is killed, in ms. */
  readonly grace: number
  /** The error of calls whose process is gone. @param lastWords the last line it wrote; empty when it was silent */
  readonly lost: (how: string, lastWords: string) => Error
  readonly onEvent?: (event: E) => void
  /** Called once, when the process is gone. */
  readonly onLost?: (error: Error) => void
}

/** One started process and the calls under way in it. Once it has ended it stays ended. */
export class Connection<H, E = never> {
  readonly #child: Child<ToChild, FromChild<E>>
  readonly #options: ConnectionOptions<E>
  readonly #pending = new Map<number, Pending>()
  readonly #exited: Promise<void>
  #next = 1
  #alive = true

  constructor(child: Child<ToChild, FromChild<E>>, options: ConnectionOptions<E>) {
    this.#child = child
    this.#options = options
    child.onMessage((message) => {
      this.#receive(message)
    })
    this.#exited = new Promise((resolve) => {
      child.onExit((how, lastWords) => {
        this.#alive = false
        const error = options.lost(how, lastWords.trim().split('\n').at(-1) ?? '')
        this.#failAll(error)
        resolve()
        options.onLost?.(error)
      })
    })
  }

  /** False once the process has ended or is being ended. */
  get alive(): boolean {
    return this.#alive
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Whether calls are under way. */
  get busy(): boolean {
    return this.#pending.size > 0
  }

  /** @throws HalftoneError what the handler threw; `cancelled`; and what `lost` makes when the process ends */
  async call<K extends CallName<H>>(
    name: K,
    input: CallInput<H, K>,
    hooks: CallHooks<H, K> = {},
  ): Promise<CallOutput<H, K>> {
    const { signal, onProgress } = hooks
    if (signal?.aborted) throw cancelled()
    const id = this.#next++
    let overdue: NodeJS.Timeout | undefined
    const onAbort = (): void => {
      this.#send({ type: 'cancel', id })
      overdue = setTimeout(() => {
        this.#pending.get(id)?.reject(cancelled())
        this.kill()
      }, this.#options.grace)
    }
    try {
      return await new Promise<CallOutput<H, K>>((resolve, reject) => {
        this.#pending.set(id, {
          // The handler's own types, by way of the wire; see protocol.ts.
          resolve: resolve as (value: unknown) => void,
          reject,
          progress: (progress) => onProgress?.(progress as CallProgress<H, K>),
        })
        signal?.addEventListener('abort', onAbort)
        this.#send({ type: 'call', id, name, input })
      })
    } finally {
      clearTimeout(overdue)
      this.#pending.delete(id)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  /** Ends the process now; calls under way fail. */
  kill(): void {
    this.#alive = false
    this.#child.kill()
  }

  /** Lets the process end by itself, or ends it when it does not, and waits until it has. */
  async close(): Promise<void> {
    this.#alive = false
    this.#child.end()
    const overdue = setTimeout(() => {
      this.#child.kill()
    }, this.#options.grace)
    await this.#exited
    clearTimeout(overdue)
  }

  #send(message: ToChild): void {
    this.#child.send(message, (why) => {
      this.#failAll(this.#options.lost(why, ''))
    })
  }

  #receive(message: FromChild<E>): void {
    if (message.type === 'event') {
      this.#options.onEvent?.(message.event)
      return
    }
    const pending = this.#pending.get(message.id)
    if (!pending) return
    if (message.type === 'result') pending.resolve(message.value)
    else if (message.type === 'failure') pending.reject(fromWire(message.error))
    else pending.progress(message.progress)
  }

  #failAll(error: Error): void {
    for (const pending of this.#pending.values()) pending.reject(error)
    this.#pending.clear()
  }
}

function cancelled(): HalftoneError {
  return new HalftoneError('cancelled', 'Cancelled.')
}
