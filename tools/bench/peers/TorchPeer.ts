import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { basename } from 'node:path'
import { createInterface } from 'node:readline'
import { endingOf, surroundings, type Python } from './python'

/** Answers requests about the net that was built last; see tools/peers/torch_bench.py. */
export interface Peer {
  ask<Answer>(request: Readonly<Record<string, unknown>>): Promise<Answer>
}

/** tools/peers/torch_bench.py as a child process: one JSON object a line to it, one a line back. */
export class TorchPeer implements Peer, AsyncDisposable {
  readonly #python: Python
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>
  /** Also comes for a process that did not start; only then is all of its stderr here. */
  readonly #closed: Promise<void>
  #words = ''
  #lost: string | undefined

  constructor(python: Python) {
    this.#python = python
    this.#child = spawn(python.command, [python.script, 'serve'], { env: surroundings(process.env) })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#words = (this.#words + text).slice(-2000)
    })
    this.#closed = new Promise((resolve) => this.#child.once('close', () => resolve()))
    // A process that does not start closes its streams; the reason is told with the next answer.
    this.#child.on('error', ({ message }) => (this.#lost = message))
    this.#child.stdin.on('error', ({ message }) => (this.#lost ??= message))
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** @throws Error with PyTorch's reason, or how Python came to its end when it is gone */
  async ask<Answer>(request: Readonly<Record<string, unknown>>): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`)
    const { done, value } = await this.#lines.next()
    if (done) {
      await this.#closed
      const { exitCode: code, signalCode: signal } = this.#child
      throw new Error(endingOf(this.#python, { words: this.#words, code, signal, lost: this.#lost }))
    }
    const answer = this.#parse(value) as Answer & { readonly problem?: string }
    if (answer.problem !== undefined) throw new Error(answer.problem)
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { exitCode, signalCode, pid } = this.#child
    if (exitCode !== null || signalCode !== null || pid === undefined) return
    const ended = once(this.#child, 'exit')
    this.#child.stdin.end()
    await ended
  }

  #parse(line: string): unknown {
    try {
      return JSON.parse(line)
    } catch {
      const script = basename(this.#python.script)
      throw new Error(`Expected a line of JSON from ${script}, got "${line.slice(0, 100)}"`)
    }
  }
}
