import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { projectFolder } from '#node/lab/projectFolder'

/** What PyTorch's side runs in. */
export interface Python {
  /** An interpreter: a path, or a name on the PATH. */
  readonly command: string
  /** What it runs: tools/peers/torch_bench.py, or what speaks as that does. */
  readonly script: string
}

/** @param env PYTHON names another interpreter than the system's */
export const pythonOf = (env: NodeJS.ProcessEnv): Python => ({
  command: env['PYTHON'] || '/usr/bin/python3',
  script: join(projectFolder(), 'tools', 'peers', 'torch_bench.py'),
})

/**
 * The surroundings of a Python process. Debian's PyTorch takes its matrix products from whichever BLAS the system names. With
 * OpenBLAS on threads of its own, they and PyTorch's OpenMP threads take the processors from each other, and a transformer
 * runs three times slower; the build of OpenBLAS that shares OpenMP's threads is taken where it is installed.
 */
export function surroundings(
  env: NodeJS.ProcessEnv,
  exists: (path: string) => boolean = existsSync,
): NodeJS.ProcessEnv {
  const shared = ['x86_64', 'aarch64']
    .map((machine) => `/usr/lib/${machine}-linux-gnu/openblas-openmp`)
    .find((folder) => exists(folder))
  const paths = [shared, env['LD_LIBRARY_PATH']].filter(Boolean)
  return { ...env, ...(paths.length > 0 ? { LD_LIBRARY_PATH: paths.join(':') } : {}) }
}

/** How a process of Python came to its end, as far as its system tells. */
export interface Ending {
  /** What it wrote to stderr: Python's last line names the error. */
  readonly words: string
  readonly code?: number | null | undefined
  readonly signal?: string | null | undefined
  /** Why it did not start at all. */
  readonly lost?: string | undefined
}

/** The end of a process as a sentence. A killed process has no last words, only older ones that mislead. */
export function endingOf({ command, script }: Python, { words, code, signal, lost }: Ending): string {
  if (signal) return `${basename(script)} was ended by ${signal}, as a system does that runs out of memory`
  const last = words.trim().split('\n').at(-1)
  if (last) return last
  return lost === undefined ? `${basename(script)} ended with code ${code ?? 'none'}` : `${command}: ${lost}`
}
