import { fork, type ChildProcess } from 'node:child_process'
import { HalftoneError } from '#core/errors'
import type { AbortEvents } from '#lab/ports/Engine'
import {
  fromWire,
  type CallInput,
  type CallName,
  type CallOutput,
  type CallProgress,
  type FromEngine,
  type ToEngine,
} from './protocol'

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
  progress(progress: unknown): void
}

export interface CallHooks<K extends CallName> {
  readonly signal?: AbortEvents | undefined
  readonly onProgress?: ((progress: CallProgress<K>) => void) | undefined
}

/** One engine process and the calls under way in it. Once it has ended it stays ended. */
export class Connection {
  readonly #child: ChildProcess
  readonly #grace: number
  readonly #pending = new Map<number, Pending>()
  readonly #exited: Promise<void>
  #next = 1
  #alive = true
  #lastWords = ''

  /** @param grace how long a cancelled call may take to end by itself before the process is killed, in ms */
  constructor(file: string, grace: number) {
    this.#grace = grace
    // The engine must not inherit a debugger's or a test runner's flags, and its native code's chatter is not for the user.
    this.#child = fork(file, [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-2000)
    })
    this.#child.on('message', (message) => {
      this.#receive(message as FromEngine)
    })
    this.#exited = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#alive = false
        this.#failAll(lost(how, this.#lastWords))
        resolve()
      }
      this.#child.on('error', (error) => {
        end(error.message)
      })
      this.#child.on('exit', (code, signal) => {
        end(signal ? `ended by ${signal}` : `ended with code ${code}`)
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

  /** @throws HalftoneError what the handler threw; `cancelled`; `engine-lost` */
  async call<K extends CallName>(
    name: K,
    input: CallInput<K>,
    hooks: CallHooks<K> = {},
  ): Promise<CallOutput<K>> {
    const { signal, onProgress } = hooks
    if (signal?.aborted) throw cancelled()
    const id = this.#next++
    let overdue: NodeJS.Timeout | undefined
    const onAbort = (): void => {
      this.#send({ type: 'cancel', id })
      overdue = setTimeout(() => {
        this.#pending.get(id)?.reject(cancelled())
        this.kill()
      }, this.#grace)
    }
    try {
      return await new Promise<CallOutput<K>>((resolve, reject) => {
        this.#pending.set(id, {
          // The handler's own types, by way of the wire; see protocol.ts.
          resolve: resolve as (value: unknown) => void,
          reject,
          progress: (progress) => onProgress?.(progress as CallProgress<K>),
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

  /** Ends the process now; calls under way fail with `engine-lost`. */
  kill(): void {
    this.#alive = false
    this.#child.kill('SIGKILL')
  }

  /** Lets the process end by itself, or ends it when it does not, and waits until it has. */
  async close(): Promise<void> {
    this.#alive = false
    if (this.#child.connected) this.#child.disconnect()
    const overdue = setTimeout(() => {
      this.#child.kill('SIGKILL')
    }, this.#grace)
    await this.#exited
    clearTimeout(overdue)
  }

  #send(message: ToEngine): void {
    if (!this.#child.connected) {
      this.#failAll(lost('its channel is closed', this.#lastWords))
      return
    }
    this.#child.send(message, (error) => {
      if (error) this.#failAll(lost(error.message, this.#lastWords))
    })
  }

  #receive(message: FromEngine): void {
    const pending = this.#pending.get(message.id)
    if (!pending) return
    if (message.type === 'result') pending.resolve(message.value)
    else if (message.type === 'failure') pending.reject(fromWire(message.error))
    else pending.progress(message.progress)
  }

  #failAll(error: HalftoneError): void {
    for (const pending of this.#pending.values()) pending.reject(error)
    this.#pending.clear()
  }
}

function cancelled(): HalftoneError {
  return new HalftoneError('cancelled', 'Cancelled.')
}

function lost(how: string, lastWords: string): HalftoneError {
  const said = lastWords.trim().split('\n').at(-1)
  return new HalftoneError(
    'engine-lost',
    `The engine process was lost (${how}), and with it this call. Nothing on disk is touched; the next call starts a ` +
      `fresh engine.${said ? ` Its last words: ${said}` : ''}`,
  )
}
