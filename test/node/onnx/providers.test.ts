import { describe, expect, it } from 'vitest'
import { HalftoneError } from '#core/errors'
import type { Provider } from '#core/models/ModelInfo'
import type { BackEndRunner } from '#node/onnx/backEndRunner'
import { chooseProvider } from '#node/onnx/providers'
import type { ModelTrial } from '#node/onnx/modelTrial'
import { floats } from '../../support/ort'

/** What a back end of this test does. */
interface Scripted {
  readonly fails?: string
  readonly nodes?: number
  readonly scores?: readonly number[]
  readonly gradient?: readonly number[]
  /** Of the graph with the gradient, in ms. */
  readonly takes?: number
  /** Of the sums that come first, in ms. */
  readonly sums?: number
  /** Where its gradient fails. */
  readonly noGradient?: string
}

const names: Record<Provider, string> = {
  cuda: 'CUDAExecutionProvider',
  dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
  cpu: 'CPUExecutionProvider',
}
const forward = Uint8Array.of(1)
const whole = Uint8Array.of(2)

function trial({ differentiable = true } = {}) {
  const asked: string[] = []
  const made: ModelTrial = {
    forward: () => {
      asked.push('forward')
      return Promise.resolve({ bytes: forward, feeds: {}, scores: 's' })
    },
    gradient: (scores) => {
      asked.push(`gradient for ${[...Array.from(scores)].join(' ')}`)
      const graph = { bytes: whole, feeds: {}, scores: 's', gradient: 'g' }
      return Promise.resolve(differentiable ? graph : null)
    },
  }
  return { trial: made, asked }
}

function runner(backEnds: Partial<Record<Provider, Scripted>>): BackEndRunner {
  const outputsOf = ({ scores = [1, 2], gradient = [3, 4] }: Scripted) => ({
    s: floats(scores, [1, scores.length]),
    g: floats(gradient, [1, gradient.length]),
  })
  const scriptOf = (provider: Provider): Scripted => {
    const script = provider === 'cpu' ? { ...backEnds.cpu } : (backEnds[provider] ?? {})
    if (script.fails) {
      throw new HalftoneError('unreadable-file', 'Not taken.', { cause: new Error(script.fails) })
    }
    return script
  }
  return {
    builtIn: () => new Set(['cpu', ...Object.keys(backEnds)]),
    async profiled(provider) {
      const script = await Promise.resolve(scriptOf(provider))
      return { outputs: outputsOf(script), nodes: new Map([[names[provider], script.nodes ?? 5]]) }
    },
    async timed(provider, bytes) {
      const script = await Promise.resolve(scriptOf(provider))
      if (bytes === whole && script.noGradient) throw new Error(script.noGradient)
      const sums = bytes !== whole && bytes !== forward
      return { outputs: outputsOf(script), milliseconds: (sums ? script.sums : script.takes) ?? 1 }
    },
  }
}

const missing = 'not part of ONNX Runtime for this system'

describe('the choice of a back end', () => {
  it('is the best that gives what the CPU gives', async () => {
    const { trial: given, asked } = trial()
    expect(await chooseProvider(given, undefined, runner({ cuda: {}, webgpu: {} }))).toEqual({
      provider: 'cuda',
      passedOver: [],
    })
    // The gradient is that of the scores which the back end gave.
    expect(asked).toEqual(['forward', 'gradient for 1 2'])
  })

  it('costs nothing of the model where nothing but the CPU starts', async () => {
    const { trial: given, asked } = trial()
    const noAdapter =
      '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 ' +
      'onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> ' +
      'adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: ' +
      'No supported adapters'
    const noLibrary = 'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library'
    const found = await chooseProvider(
      given,
      undefined,
      runner({ cuda: { fails: noLibrary }, webgpu: { fails: noAdapter } }),
    )
    expect(found).toEqual({
      provider: 'cpu',
      passedOver: [
        expect.stringMatching(/^cuda: its libraries are not installed; "node .*--onnxruntime-node-install"/),
        `dml: ${missing}`,
        `coreml: ${missing}`,
        'webgpu: finds no GPU here: no graphics driver (Vulkan, Direct3D 12 or Metal) offers one',
      ],
    })
    expect(asked).toEqual([])
  })

  const wrong: { name: string; script: Scripted; reason: string | RegExp }[] = [
    {
      name: 'takes no node',
      script: { nodes: 0 },
      reason: 'takes none of the nodes of this model',
    },
    { name: 'gives other scores', script: { scores: [1, 3] }, reason: /wrong scores, 45 % off the CPU's/ },
    { name: 'gives another gradient', script: { gradient: [3, -4] }, reason: /wrong gradient, 160 %/ },
    { name: 'gives no numbers', script: { gradient: [3, NaN] }, reason: /gradient, .* not finite/ },
    {
      name: 'cannot run the gradient',
      script: {
        noGradient:
          'Non-zero status code returned while running Softmax node. ' +
          'Status Message: /onnxruntime_src/a/program.cc:246 int f(int) x % 2 == 0 was false. Cannot reduce.',
      },
      reason: 'Non-zero status code returned while running Softmax node. Status Message: Cannot reduce.',
    },
  ]
  it.each(wrong)('passes over one that $name', async ({ script, reason }) => {
    const { provider, passedOver } = await chooseProvider(
      trial().trial,
      undefined,
      runner({ webgpu: script }),
    )
    expect(provider).toBe('cpu')
    const expected: unknown = typeof reason === 'string' ? reason : expect.stringMatching(reason)
    expect(passedOver[3]?.slice('webgpu: '.length)).toEqual(expected)
  })

  it.each(wrong)('refuses one that is asked for and $name', async ({ script }) => {
    await expect(chooseProvider(trial().trial, 'webgpu', runner({ webgpu: script }))).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringMatching(/^The model does not run on webgpu: .*or choose cpu\.$/) as string,
    })
  })

  it('passes over a driver in software before it is given the model', async () => {
    const { trial: given, asked } = trial()
    const { passedOver } = await chooseProvider(
      given,
      undefined,
      runner({ webgpu: { sums: 60 }, cpu: { sums: 0.5 } }),
    )
    expect(passedOver[3]).toBe(
      'webgpu: slower than the CPU here: 60 ms against 0.5 ms for the sum of a million numbers',
    )
    expect(asked).toEqual([])
  })

  it('passes over one that takes far longer over the gradient than the CPU', async () => {
    const cpu = { takes: 100 }
    const slow = runner({ webgpu: { takes: 2500 }, cpu })
    expect((await chooseProvider(trial().trial, undefined, slow)).passedOver[3]).toBe(
      "webgpu: slower than the CPU here: 2.5 s against 100 ms for one image's gradient",
    )
    const usable = runner({ webgpu: { takes: 700 }, cpu })
    expect((await chooseProvider(trial().trial, undefined, usable)).provider).toBe('webgpu')
  })

  it('takes a slow one that is asked for', async () => {
    const slow = runner({ webgpu: { sums: 60, takes: 2500 } })
    expect(await chooseProvider(trial().trial, 'webgpu', slow)).toEqual({
      provider: 'webgpu',
      passedOver: [],
    })
  })

  it('goes by the scores alone where there is no gradient', async () => {
    const given = trial({ differentiable: false }).trial
    const other = runner({ webgpu: { gradient: [0, 0] } })
    expect((await chooseProvider(given, undefined, other)).provider).toBe('webgpu')
    const wrongScores = runner({ webgpu: { scores: [2, 1] } })
    expect((await chooseProvider(given, undefined, wrongScores)).provider).toBe('cpu')
  })
})
