import type { Provider } from '#core/models/ModelInfo'
import type { RunTensor } from '#core/onnx/facts'
import { disagreement, type TrialResult } from './agreement'
import type { BackEndRunner, TimedRun } from './backEndRunner'
import type { ModelTrial, TrialGraph } from './modelTrial'
import { inWords, plainReason } from './plainReason'
import { startTrial } from './startTrial'

/** What ONNX Runtime's profile calls each back end. */
const profileNames = {
  cuda: 'CUDAExecutionProvider',
  dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
  cpu: 'CPUExecutionProvider',
} as const satisfies Record<Provider, string>

/** A back end that takes this many times as long as the CPU for one image does not catch up with a batch of the usual 16. */
const slower = 8
/** A back end whose first sums take longer than this, in milliseconds, is no hardware: waiting for a GPU takes a few. */
const slowSums = 20

export interface TryOptions {
  /** Whether a back end that is slower than the CPU will do. */
  readonly mayBeSlow: boolean
}

/**
 * Whether a back end starts, takes nodes of the model, gives the CPU's scores and gradient for one image, and does not take
 * far longer over it. The sums come first: where there is no such hardware, none of the model's graphs are written, and a
 * driver in software is not left to work through them.
 * @returns why not, in one line; null when it does
 */
export async function tryBackEnd(
  provider: Provider,
  trial: ModelTrial,
  runner: BackEndRunner,
  { mayBeSlow }: TryOptions,
): Promise<string | null> {
  try {
    const { bytes, feeds } = startTrial()
    const sums = await runner.timed(provider, bytes, feeds)
    if (!mayBeSlow && sums.milliseconds > slowSums) {
      const cpu = await runner.timed('cpu', bytes, feeds)
      const line = slownessOf(sums, cpu, 'the sum of a million numbers')
      if (line !== null) return line
    }
    const forward = await trial.forward()
    const { outputs, nodes } = await runner.profiled(provider, forward.bytes, forward.feeds)
    if ((nodes.get(profileNames[provider]) ?? 0) === 0) return 'takes none of the nodes of this model'
    const scores = numbers(outputs[forward.scores]!)
    const whole = (await trial.gradient(scores)) ?? forward
    const cpu = await runner.timed('cpu', whole.bytes, whole.feeds)
    // The scores first: a gradient is not to be judged, or waited for, where they are wrong already.
    const wrong = disagreement({ scores: resultOf(cpu, whole).scores }, { scores })
    if (wrong !== null) return wrong
    const found = await runner.timed(provider, whole.bytes, whole.feeds)
    return (
      disagreement(resultOf(cpu, whole), resultOf(found, whole)) ??
      (mayBeSlow ? null : slownessOf(found, cpu, `one image's ${whole.gradient ? 'gradient' : 'scores'}`))
    )
  } catch (error) {
    return plainReason(error)
  }
}

function resultOf({ outputs }: TimedRun, { scores, gradient }: TrialGraph): TrialResult {
  return {
    scores: numbers(outputs[scores]!),
    ...(gradient !== undefined && { gradient: numbers(outputs[gradient]!) }),
  }
}

const numbers = ({ data }: RunTensor): Float32Array => data as Float32Array

function slownessOf(found: TimedRun, cpu: TimedRun, what: string): string | null {
  return found.milliseconds > slower * cpu.milliseconds
    ? `slower than the CPU here: ${inWords(found.milliseconds)} against ${inWords(cpu.milliseconds)} for ${what}`
    : null
}
