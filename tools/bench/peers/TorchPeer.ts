import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { projectFolder } from '#node/lab/projectFolder'

export const python = process.env['PYTHON'] ?? '/usr/bin/python3'
export const script = (): string => join(projectFolder(), 'tools', 'peers', 'torch_bench.py')

/**
 * The surroundings of a Python process. Debian's PyTorch takes its matrix products from whichever BLAS the system names. With
 * OpenBLAS on threads of its own, they and PyTorch's OpenMP threads take the processors from each other, and a transformer
 * runs three times slower; the build of OpenBLAS that shares OpenMP's threads is taken where it is installed.
 */
export function surroundings(): NodeJS.ProcessEnv {
  const shared = ['x86_64', 'aarch64']
    .map((machine) => `/usr/lib/${machine}-linux-gnu/openblas-openmp`)
    .find((folder) => existsSync(folder))
  const paths = [shared, process.env['LD_LIBRARY_PATH']].filter((path) => path !== undefined)
  return { ...process.env, ...(paths.length > 0 ? { LD_LIBRARY_PATH: paths.join(':') } : {}) }
}

/** tools/peers/torch_bench.py as a child process: one JSON object a line to it, one a line back. */
export class TorchPeer implements AsyncDisposable {
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>
  #errors = ''
  #lost: string | undefined

  constructor() {
    this.#child = spawn(python, [script(), 'serve'], { env: surroundings() })
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-2000)
    })
    // A process that does not start closes its streams; the reason is told with the next answer.
    this.#child.on('error', ({ message }) => (this.#lost = message))
    this.#child.stdin.on('error', ({ message }) => (this.#lost ??= message))
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
  }

  /** @throws Error with PyTorch's reason, or Python's last words when it is gone */
  async ask<Answer>(request: Readonly<Record<string, unknown>>): Promise<Answer> {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`)
    const { done, value } = await this.#lines.next()
    if (done) throw new Error(this.#errors.trim().split('\n').at(-1) || (this.#lost ?? 'Python ended'))
    const answer = JSON.parse(value) as Answer & { readonly problem?: string }
    if (answer.problem !== undefined) throw new Error(answer.problem)
    return answer
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.pid === undefined) return
    const ended = once(this.#child, 'exit')
    this.#child.stdin.end()
    await ended
  }
}
