import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it } from 'vitest'
import type { Loss } from '#core/models/DifferentiableModel'
import { Random } from '#core/tensor/Random'
import { chooseTfjs } from '#node/tfjs/backEnds'
import { nativeName } from '#node/tfjs/nativeBackEnd'
import { userPackages } from '#node/tfjs/nativePackage'
import { openTfjs } from '#node/tfjs/openTfjs'
import { readTfjsFile } from '#node/tfjs/tfjsFile'
import { computes, installed, withOwnCore } from '../../support/tfjsPackages'
import { temporaryFolder } from '../../support/temporary'
import { smallNet, smallSpec, writeGraph } from '../../support/tfjsNets'

afterEach(() => {
  for (const name of ['tensorflow', nativeName]) {
    if (tf.findBackendFactory(name)) tf.removeBackend(name)
    for (const { kernelName } of tf.getKernelsForBackend(name)) tf.unregisterKernel(kernelName, name)
  }
})

const dlopen = (message: string): string =>
  `throw Object.assign(new Error(${JSON.stringify(message)}), { code: 'ERR_DLOPEN_FAILED' })`
const missing = 'libtensorflow.so.2: cannot open shared object file: No such file or directory'

describe('the engine of TF.js models', () => {
  it('is wasm where nothing better is installed, and says so', async () => {
    const { folder, packages } = await installed({})
    expect(await chooseTfjs({ packages })).toEqual({
      provider: 'tfjs-wasm',
      backEnd: 'halftone-wasm',
      passedOver: [`tfjs-node-gpu: not installed in ${folder}`, `tfjs-node: not installed in ${folder}`],
      threads: 1,
    })
  })

  it('is looked for beside Halftone where no folder is named', () => {
    expect(userPackages({})?.where).toBeNull()
    expect(() => userPackages({})?.load('@tensorflow/tfjs-core/package.json')).not.toThrow()
  })

  it.each(['', 'off'])("is never a package of the user's where HALFTONE_TFJS is '%s'", async (value) => {
    const packages = userPackages({ HALFTONE_TFJS: value })
    expect(packages).toBeNull()
    const { provider, passedOver } = await chooseTfjs({ packages })
    expect(provider).toBe('tfjs-wasm')
    expect(passedOver[1]).toBe('tfjs-node: switched off by HALFTONE_TFJS')
  })

  it.each([
    [
      'its library is not there',
      dlopen(missing),
      `${missing} (run npm rebuild @tensorflow/tfjs-node --ignore-scripts=false where it is installed)`,
    ],
    [
      'its install script has not run',
      'throw new Error("The Node.js native addon module (tfjs_binding.node) can not be found at path: /x/tfjs_binding.node. \\nPlease run")',
      'its install script has not run to its end: run npm rebuild @tensorflow/tfjs-node --ignore-scripts=false where it is installed',
    ],
    [
      'something that it needs is not installed',
      "require('@mapbox/node-pre-gyp-of-nobody')",
      "Cannot find module '@mapbox/node-pre-gyp-of-nobody'",
    ],
    ['it is an empty shell', '', 'it registers no back end'],
  ])('goes on to the next where a package does not load: %s', async (_, code, reason) => {
    const { packages } = await installed({ 'tfjs-node': { code } })
    const { provider, passedOver } = await chooseTfjs({ packages })
    expect(provider).toBe('tfjs-wasm')
    expect(passedOver[1]).toBe(`tfjs-node: ${reason}`)
  })

  it('tells of a native part that is none', async () => {
    const { folder, packages } = await installed({
      'tfjs-node': {
        code: "process.dlopen({ exports: {} }, require('node:path').join(__dirname, 'b.node'))",
      },
    })
    await writeFile(join(folder, 'node_modules', '@tensorflow', 'tfjs-node', 'b.node'), 'no library')
    const { provider, passedOver } = await chooseTfjs({ packages })
    expect(provider).toBe('tfjs-wasm')
    expect(passedOver[1]).toMatch(/b\.node.*\(run npm rebuild/)
  })

  it('is not loaded in another version: its kernels would be taken unseen', async () => {
    const { folder, packages } = await installed({
      'tfjs-node': { version: '3.21.1', code: 'throw new Error("loaded")' },
    })
    expect((await chooseTfjs({ packages })).passedOver[1]).toBe(
      `tfjs-node: version 3.21.1 is installed in ${folder}, Halftone needs @tensorflow/tfjs-node@4.22.0`,
    )
  })

  it('goes from a GPU package that does not load to the other one', async () => {
    const { folder, packages } = await installed({
      'tfjs-node-gpu': { code: dlopen('libcudart.so.11.0: cannot open shared object file') },
      'tfjs-node': { code: computes() },
    })
    await withOwnCore(folder)
    const { provider, passedOver } = await chooseTfjs({ packages })
    expect(provider).toBe('tfjs-node')
    expect(passedOver).toEqual([
      'tfjs-node-gpu: libcudart.so.11.0: cannot open shared object file ' +
        '(run npm rebuild @tensorflow/tfjs-node-gpu --ignore-scripts=false where it is installed)',
    ])
  })

  it.each([
    [true, 'tfjs-node-gpu', undefined],
    [false, 'tfjs-node', 'tfjs-node-gpu: finds no GPU that it can use (it needs CUDA 11.2 and cuDNN 8.1)'],
  ])('is the GPU package only where that has a GPU: %s', async (onGpu, expected, why) => {
    const code = computes().replace('isUsingGpuDevice: false', `isUsingGpuDevice: ${onGpu}`)
    // Never both: they register one name.
    const { folder, packages } = await installed({
      'tfjs-node-gpu': { code },
      'tfjs-node': { code: 'throw new Error("loaded too")' },
    })
    await withOwnCore(folder)
    const { provider, passedOver } = await chooseTfjs({ packages })
    expect(provider).toBe(expected)
    expect(passedOver[0]).toBe(why)
  })

  it('is the one that was asked for, or none', async () => {
    const { folder, packages } = await installed({})
    const { passedOver } = await chooseTfjs({ provider: 'cpu', packages })
    expect(passedOver).toEqual([`tfjs-node: not installed in ${folder}`])
    for (const provider of ['cuda', 'webgpu'] as const)
      await expect(chooseTfjs({ provider, packages })).rejects.toMatchObject({ code: 'unsupported' })
  })
})

describe('a package with a copy of tfjs of its own', () => {
  const loss: Loss = { kind: 'cross-entropy', labels: [0, 1, 2] }
  const random = new Random('copies')
  const data = Float32Array.from({ length: 3 * 360 }, () => random.uniform())
  const images = { ...smallSpec, count: 3, data }

  async function opened(code: string) {
    const file = await readTfjsFile(join(await writeGraph(await temporaryFolder(), smallNet()), 'model.json'))
    const { folder, packages } = await installed({ 'tfjs-node': { code } })
    await withOwnCore(folder)
    return [await openTfjs(file, { packages }), await openTfjs(file, { packages: null })] as const
  }

  it('computes the same, through the one engine that both copies share', async () => {
    const [there, here] = await opened(computes())
    expect([there.info.provider, here.info.provider]).toEqual(['tfjs-node', 'tfjs-wasm'])
    const [a, b] = [await there.model.gradient(images, loss), await here.model.gradient(images, loss)]
    const apart = a.gradient.data.map((value, i) => value - b.gradient.data[i]!)
    expect(Math.hypot(...apart) / Math.hypot(...b.gradient.data)).toBeLessThan(1e-5)
    expect(a.logits.data).not.toEqual(b.logits.data)
    for (const { model } of [there, here]) await model[Symbol.asyncDispose]()
  })

  it.each([
    [
      'an operator',
      "tf.unregisterKernel('DepthwiseConv2dNative', 'tensorflow'); tf.unregisterKernel('FusedDepthwiseConv2D', 'tensorflow')",
      /^tfjs-node: TF.js cannot run this model: Kernel '\w+' not registered/,
    ],
    [
      'a gradient',
      "tf.unregisterKernel('Conv2DBackpropInput', 'tensorflow'); tf.registerKernel({ kernelName: 'Conv2DBackpropInput', backendName: 'tensorflow', kernelFunc() { throw new Error('no gradient') } })",
      /^tfjs-node: TF.js has no gradient of this model/,
    ],
  ])('is left for wasm by a model that needs what it has not: %s', async (_, extra, why) => {
    const [{ info, model }, other] = await opened(computes(extra))
    expect(info.provider).toBe('tfjs-wasm')
    expect(info.differentiable).toEqual({ ok: true })
    expect(info.passedOver[1]).toMatch(why)
    expect((await model.logits(images)).data).toHaveLength(15)
    for (const each of [model, other.model]) await each[Symbol.asyncDispose]()
  })
})
