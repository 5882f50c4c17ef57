import { existsSync } from 'node:fs'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { int, ints } from '#core/onnx/attributes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { writeModel } from '#core/onnx/writeModel'
import { sizeOf } from '#core/tensor/Tensor'
import { Random } from '#core/tensor/Random'
import type { ModelSource } from '#lab/ports/Engine'
import { EngineProcess } from '#node/engine/EngineProcess'
import { apart } from '#node/onnx/agreement'

/** A graphics driver in software, as Debian's chromium has it. */
const driver = '/usr/lib/chromium'
const described = `${driver}/vk_swiftshader_icd.json`
const here = process.platform === 'linux' && existsSync(described) && existsSync(`${driver}/libvulkan.so.1`)

/**
 * A small net with everything in it and in its gradient that WebGPU is known to get wrong: a max pooling, a grouped
 * convolution with stride whose gradient goes from two channels to one, and a slice that runs backwards.
 */
function netBytes(): Uint8Array {
  const random = new Random('webgpu')
  const b = new GraphBuilder()
  const weights = (shape: readonly number[]): string =>
    b.floats(
      Float32Array.from({ length: sizeOf(shape) }, () => random.normal(0, 0.4)),
      shape,
    )
  const x = b.input('image', 'float', ['n', 3, 12, 12])
  const wide = b.node('Relu', [
    b.node('Conv', [x, weights([4, 3, 3, 3])], { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) }),
  ])
  const pooled = b.node('MaxPool', [wide], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) })
  const turned = b.node('Slice', [pooled, b.ints([4]), b.ints([-100]), b.ints([3]), b.ints([-1])])
  const grouped = b.node('Conv', [turned, weights([8, 1, 2, 2])], {
    kernel_shape: ints([2, 2]),
    strides: ints([2, 2]),
    group: int(4),
  })
  const flat = b.node('Flatten', [b.node('Relu', [grouped])], { axis: int(1) })
  b.output(b.node('Gemm', [flat, weights([8 * 3 * 2, 5])]), 'float', ['n', 5])
  return writeModel(b.build())
}

const source: ModelSource = { kind: 'bytes', bytes: netBytes(), name: 'net' }
const random = new Random('images')
const images = {
  channels: 3,
  height: 12,
  width: 12,
  count: 3,
  data: Float32Array.from({ length: 3 * 432 }, () => random.uniform()),
}

describe.skipIf(!here)(
  here ? 'WebGPU on a driver in software' : `WebGPU: there is no ${described} to run it on`,
  () => {
    // The loader looks for drivers once, when a process starts: the engine inherits this.
    beforeAll(() => {
      vi.stubEnv('LD_LIBRARY_PATH', driver)
      vi.stubEnv('VK_ICD_FILENAMES', described)
      return () => vi.unstubAllEnvs()
    })

    it('gives the scores and the gradient of the CPU', async () => {
      await using engine = new EngineProcess()
      const cpu = await engine.open(source, { provider: 'cpu' })
      const gpu = await engine.open(source, { provider: 'webgpu' })
      expect(gpu.info).toMatchObject({ provider: 'webgpu', passedOver: [] })
      const loss = { kind: 'cross-entropy', labels: [0, 3, 4] } as const
      const [expected, found] = [await cpu.gradient(images, loss), await gpu.gradient(images, loss)]
      expect(apart(expected.logits.data, found.logits.data)).toBeLessThan(1e-5)
      expect(apart(expected.loss, found.loss)).toBeLessThan(1e-5)
      expect(apart(expected.gradient.data, found.gradient.data)).toBeLessThan(1e-4)
    })

    it('is passed over when it is not asked for, because the CPU is faster', async () => {
      await using engine = new EngineProcess()
      const { info } = await engine.open(source)
      expect(info.provider).toBe('cpu')
      expect(info.passedOver[3]).toMatch(/^webgpu: slower than the CPU here: .* for the sum of a million/)
    })
  },
)
