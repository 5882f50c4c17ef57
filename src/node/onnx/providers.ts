import { listSupportedBackends } from 'onnxruntime-node'
import { HalftoneError } from '#core/errors'
import { providers, type Provider } from '#core/models/ModelInfo'
import type { RunTensor } from '#core/onnx/facts'
import { reasonOf } from './OrtSession'
import { nodesByProvider } from './profile'

/** What ONNX Runtime's profile calls each back end. */
const profileNames = {
  cuda: 'CUDAExecutionProvider',
  dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
  cpu: 'CPUExecutionProvider',
} as const satisfies Record<Provider, string>

export interface ProviderChoice {
  readonly provider: Provider
  /** One line for each better back end: why it does not run this model here. */
  readonly passedOver: readonly string[]
}

/**
 * Tries the back ends one by one, best first, with one run of the model itself: a missing library makes the whole list
 * fail, a name that is not built in is dropped without a word, and a back end that takes no node leaves all to the CPU.
 * @param asked this one or none
 * @param feeds one image's worth of zeros
 * @throws HalftoneError `unsupported` when the asked back end does not run the model; errors of the CPU as they are
 */
export async function chooseProvider(
  model: Uint8Array,
  feeds: Readonly<Record<string, RunTensor>>,
  asked?: Provider,
): Promise<ProviderChoice> {
  const passedOver: string[] = []
  const here = new Set(listSupportedBackends().map(({ name }) => name))
  for (const provider of asked ? [asked] : providers) {
    if (provider === 'cpu') break
    const problem = here.has(provider)
      ? await problemWith(provider, model, feeds)
      : 'not part of ONNX Runtime for this system'
    if (problem === null) return { provider, passedOver }
    passedOver.push(`${provider}: ${problem}`)
  }
  if (asked && asked !== 'cpu') {
    throw new HalftoneError(
      'unsupported',
      `The model does not run on ${passedOver[0]}. Leave the provider out to take the best that works, or choose cpu.`,
    )
  }
  return { provider: 'cpu', passedOver }
}

async function problemWith(
  provider: Provider,
  model: Uint8Array,
  feeds: Readonly<Record<string, RunTensor>>,
): Promise<string | null> {
  try {
    const ran = await nodesByProvider(model, provider, feeds)
    return (ran.get(profileNames[provider]) ?? 0) > 0 ? null : 'takes none of the nodes of this model'
  } catch (error) {
    return reasonOf(error instanceof HalftoneError && error.cause ? error.cause : error)
  }
}
