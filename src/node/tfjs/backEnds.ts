import { backend, enableProdMode, findBackendFactory, getBackend, setBackend } from '@tensorflow/tfjs-core'
// The core alone has no gradients: it is the layers that register them, for graphs too.
import '@tensorflow/tfjs-layers'
import { HalftoneError } from '#core/errors'
import { tfjsBackEnds, type Provider, type TfjsBackEnd } from '#core/models/ModelInfo'
import { mendGradients } from './gradients'
import { nativeName, registerNative } from './nativeBackEnd'
import {
  firstLine,
  loadNative,
  nativeThreads,
  Passed,
  tensorflow,
  userPackages,
  type NativePackage,
  type NativePackages,
} from './nativePackage'
import { plainName, registerPlain, registerWasm, wasmName } from './wasmBackEnd'

export interface TfjsChoice {
  readonly provider: TfjsBackEnd
  /** What tfjs calls it. */
  readonly backEnd: string
  readonly passedOver: readonly string[]
  /** Threads that it computes with. */
  readonly threads: number
}

export interface ChooseOptions {
  /** A choice that was made among ONNX Runtime's back ends: `cuda` is the GPU package or none, `cpu` any other. */
  readonly provider?: Provider | undefined
  /** Threads of the native packages; the others have one. */
  readonly threads?: number | undefined
  /** The user's own packages, null for none. Handed in, so that the choice can be tested with others. */
  readonly packages?: NativePackages | null | undefined
  /** Back ends that cannot run the model, and why. */
  readonly refused?: Readonly<Partial<Record<TfjsBackEnd, string>>>
}

/**
 * Starts the best of tfjs's back ends that works here. Both native packages register the same back end, so that the second
 * is only loaded where the first cannot be.
 * @throws HalftoneError `unsupported` when none works that is asked for
 */
export async function chooseTfjs({
  provider: asked,
  threads,
  packages = userPackages(process.env),
  refused = {},
}: ChooseOptions = {}): Promise<TfjsChoice> {
  enableProdMode()
  const passedOver: string[] = []
  for (const provider of candidates(asked)) {
    try {
      const reason = refused[provider]
      if (reason !== undefined) throw new Passed(reason)
      if (provider === 'tfjs-node-gpu' || provider === 'tfjs-node') {
        const native = { backEnd: nativeName, threads: nativeThreads(process.env, threads) }
        await startNative(provider, packages)
        return { provider, ...native, passedOver }
      }
      return { provider, backEnd: await startOwn(provider), threads: 1, passedOver }
    } catch (error) {
      passedOver.push(`${provider}: ${firstLine(error)}`)
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

async function startNative(provider: NativePackage, packages: NativePackages | null): Promise<void> {
  if (packages === null) throw new Passed('switched off by HALFTONE_TFJS')
  // A package that was loaded before stays: the GPU package without a GPU is the other one's equal.
  if (provider === 'tfjs-node-gpu' || !findBackendFactory(tensorflow)) loadNative(provider, packages)
  registerNative()
  await use(nativeName)
  // Without CUDA the GPU package computes on the CPU and says nothing.
  const onGpu = (backend() as { readonly isUsingGpuDevice?: boolean }).isUsingGpuDevice === true
  if (provider === 'tfjs-node-gpu' && !onGpu) {
    throw new Passed('finds no GPU that it can use (it needs CUDA 11.2 and cuDNN 8.1)')
  }
  if (provider === 'tfjs-node' && onGpu) throw new Passed('the GPU package is loaded in its place')
}

/** @returns what tfjs calls the back end that now computes */
async function startOwn(provider: 'tfjs-wasm' | 'tfjs-cpu'): Promise<string> {
  const [register, name] =
    provider === 'tfjs-wasm' ? ([registerWasm, wasmName] as const) : ([registerPlain, plainName] as const)
  register()
  await use(name)
  return name
}

async function use(name: string): Promise<void> {
  if (!(await setBackend(name))) throw new Passed('does not start')
  mendGradients()
}

/** Runs synchronous work on a back end that was started before: other models may have chosen another meanwhile. */
export function on<T>(name: string, work: () => T): T {
  // Settles at once for a back end that runs; only its first start takes time.
  if (getBackend() !== name) void setBackend(name)
  return work()
}
