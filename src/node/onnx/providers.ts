import { HalftoneError } from '#core/errors'
import { providers, type Provider } from '#core/models/ModelInfo'
import { tryBackEnd } from './tryBackEnd'
import { ortRunner, type BackEndRunner } from './backEndRunner'
import type { ModelTrial } from './modelTrial'

export interface ProviderChoice {
  readonly provider: Provider
  /** One line for each better back end: why it does not run this model here. */
  readonly passedOver: readonly string[]
}

/**
 * Tries the back ends one by one, best first: a missing library makes the whole list fail, a name that is not built in is
 * dropped without a word, a back end that takes no node leaves all to the CPU, and one that takes a node may compute
 * something else. A back end that is asked for by name may be slow.
 * @param asked this one or none
 * @throws HalftoneError `unsupported` when the asked back end does not run the model, or not right; errors of the CPU as
 *   they are
 */
export async function chooseProvider(
  trial: ModelTrial,
  asked?: Provider,
  runner: BackEndRunner = ortRunner,
): Promise<ProviderChoice> {
  const passedOver: string[] = []
  const here = runner.builtIn()
  for (const provider of asked ? [asked] : providers) {
    if (provider === 'cpu') break
    const problem = here.has(provider)
      ? await tryBackEnd(provider, trial, runner, { mayBeSlow: asked !== undefined })
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
