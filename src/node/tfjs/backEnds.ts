import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { backend, enableProdMode, findBackendFactory, getBackend, setBackend } from '@tensorflow/tfjs-core'
// The core alone has no gradients: it is the layers that register them, for graphs too.
import '@tensorflow/tfjs-layers'
import { HalftoneError } from '#core/errors'
import { tfjsBackEnds, type Provider, type TfjsBackEnd } from '#core/models/ModelInfo'
import { registerWasm, wasmName } from './wasmBackEnd'

export interface TfjsChoice {
  readonly provider: TfjsBackEnd
  /** What tfjs calls it. */
  readonly backEnd: string
  readonly passedOver: readonly string[]
  /** Threads that it computes with. */
  readonly threads: number
}

/** Loads a package of the user's by its name. Handed in, so that what becomes of it can be tested without it. */
export type LoadPackage = (name: string) => unknown

/** Thrown by a back end that works, but not as what it was asked for. */
class Passed extends Error {}

const loadPackage: LoadPackage = createRequire(import.meta.url)

/**
 * Starts the best of tfjs's back ends that works here. Both native packages register the same back end, so that the second
 * is only loaded where the first cannot be.
 * @param asked a choice that was made among ONNX Runtime's back ends: `cuda` is the GPU package or none, `cpu` any other
 * @throws HalftoneError `unsupported` when none works that is asked for
 */
export async function chooseTfjs(asked?: Provider, load: LoadPackage = loadPackage): Promise<TfjsChoice> {
  enableProdMode()
  const passedOver: string[] = []
  for (const provider of candidates(asked)) {
    try {
      const name = await start(provider, load)
      const threads = provider.startsWith('tfjs-node') ? availableParallelism() : 1
      return { provider, backEnd: name, passedOver, threads }
    } catch (error) {
      passedOver.push(`${provider}: ${reasonOf(error)}`)
    }
  }
  throw new HalftoneError(
    'unsupported',
    `A TF.js model does not run on ${asked ?? 'this machine'}${passedOver.map((line) => ` (${line})`).join('')}. ` +
      'Leave the provider out to take the best that works, or choose cpu.',
  )
}

function candidates(asked: Provider | undefined): readonly TfjsBackEnd[] {
  if (asked === undefined) return tfjsBackEnds
  if (asked === 'cuda') return ['tfjs-node-gpu']
  return asked === 'cpu' ? tfjsBackEnds.filter((name) => name !== 'tfjs-node-gpu') : []
}

/** @returns what tfjs calls the back end that now computes */
async function start(provider: TfjsBackEnd, load: LoadPackage): Promise<string> {
  if (provider === 'tfjs-node-gpu' || provider === 'tfjs-node') {
    // A package that was loaded before stays: the GPU package without a GPU is the other one's equal.
    if (provider === 'tfjs-node-gpu' || !findBackendFactory('tensorflow')) {
      mendUtil()
      load(`@tensorflow/${provider}`)
    }
    await use('tensorflow')
    // Without CUDA the GPU package computes on the CPU and says nothing.
    const onGpu = (backend() as { readonly isUsingGpuDevice?: boolean }).isUsingGpuDevice === true
    if (provider === 'tfjs-node-gpu' && !onGpu) {
      throw new Passed('finds no GPU that it can use (it needs CUDA 11.2 and cuDNN 8.1)')
    }
    if (provider === 'tfjs-node' && onGpu) throw new Passed('the GPU package is loaded in its place')
    return 'tensorflow'
  }
  if (provider === 'tfjs-wasm') {
    registerWasm()
    await use(wasmName)
    return wasmName
  }
  await use('cpu')
  return 'cpu'
}

async function use(name: string): Promise<void> {
  if (!(await setBackend(name))) throw new Passed('does not start')
}

/** Runs synchronous work on a back end that was started before: other models may have chosen another meanwhile. */
export function on<T>(name: string, work: () => T): T {
  // Settles at once for a back end that runs; only its first start takes time.
  if (getBackend() !== name) void setBackend(name)
  return work()
}

/** Version 4.22 calls two functions that Node 23 took away. */
function mendUtil(): void {
  const util = loadPackage('node:util') as Record<string, unknown>
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] ??= Array.isArray
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return 'not installed'
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n')[0]!.trim()
}
