import { readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { benchPeers } from '../../../tools/bench/peers'
import type { PeersOptions } from '../../../tools/bench/peers/options'
import { pythonOf } from '../../../tools/bench/peers/python'
import { convNetBytes } from '../../support/onnxNets'
import { temporaryFolder } from '../../support/temporary'
import { interpreter, serving } from './standIn'

/** What was told while it was measured. */
const told: string[] = []

beforeEach(() => {
  told.length = 0
  vi.spyOn(console, 'error').mockImplementation((line: string) => void told.push(line))
})
afterEach(() => {
  vi.restoreAllMocks()
})

const options: PeersOptions = {
  nets: ['resnet18', 'vit_b_16', 'resnet50'],
  batches: [1, 2],
  tasks: ['forward', 'gradient'],
  resources: [],
  turns: 1,
}

/** PyTorch's side without PyTorch: the net is a small one, and its gradient is naught. vit_b_16 breaks as `breaking` says. */
async function playing(breaking: string): Promise<string> {
  const net = join(await temporaryFolder(), 'small.onnx')
  await writeFile(net, convNetBytes({ size: 8 }))
  const answer = `({ do: what, net, model, count, images, gradient, task, calls }) => {
    const fs = require('node:fs')
    if (what === 'hello') return { torch: '9.1', torchvision: '8.2', threads: 2, blas: null }
    if (what === 'peak') return { product: 100, convolution: 50 }
    if (what === 'build') {
      if (net === 'vit_b_16') { ${breaking} }
      fs.copyFileSync(${JSON.stringify(net)}, model)
      return { opset: 17 }
    }
    if (what === 'draw') {
      globalThis.count = count
      fs.writeFileSync(images, new Uint8Array(count * 3 * 64 * 4))
      return { labels: Array(count).fill(0) }
    }
    if (what === 'run') return { each: 1, processor: calls }
    if (task === 'gradient') fs.writeFileSync(gradient, new Uint8Array(globalThis.count * 3 * 64 * 4).fill(60))
    return { loss: 2.5 }
  }`
  return interpreter(serving(answer))
}

const folders = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('halftone-peers-'))

test('the conditions head the rows, and each net has its rows', async () => {
  const before = await folders()
  const rows = await benchPeers({ ...options, nets: ['resnet18'] }, pythonOf({ PYTHON: await playing('') }))
  expect(rows.map(({ name, unit, reference }) => [name, unit, reference])).toEqual([
    ['threads', '', undefined],
    ['PyTorch, product of matrices 2048 x 2048', 'GFLOP/s', undefined],
    ['PyTorch, convolution 3 x 3 of 256 channels 56 x 56', 'GFLOP/s', undefined],
    ['ResNet-18 224, batch 1: forward', 'times as fast', 'aim 1.7'],
    ['ResNet-18 224, batch 1: forward and gradient', 'times as fast', 'aim 1.7'],
    ['ResNet-18 224, batch 2: forward', 'times as fast', 'aim 1.7'],
    ['ResNet-18 224, batch 2: forward and gradient', 'times as fast', 'aim 1.7'],
  ])
  expect(rows[0]!.note).toMatch(/ONNX Runtime \d.*; PyTorch 9\.1, torchvision 8\.2, unknown BLAS$/)
  expect(rows.slice(1, 3).map(({ value }) => value)).toEqual([100, 50])
  expect(rows[4]!.note).toMatch(/losses \d+\.\d{4} and 2\.5000, gradients \de[+-]\d+ apart; one turn/)
  expect(told).toHaveLength(rows.length)
  expect(told[2]).toMatch(/^ {2}PyTorch, convolution .*: 50 GFLOP\/s/)
  expect((await folders()).filter((name) => !before.includes(name))).toEqual([])
})

const titles = (rows: readonly { readonly name: string }[]): string[] =>
  rows.slice(3).map(({ name }) => name.split(',')[0]!)

test('a net that PyTorch refuses is told with its reason, and the others go on', async () => {
  const python = pythonOf({ PYTHON: await playing("throw Error('RuntimeError: will not be written')") })
  const rows = await benchPeers({ ...options, batches: [1], tasks: ['forward'] }, python)
  expect(titles(rows)).toEqual(['ResNet-18 224', 'ViT-B/16 224', 'ResNet-50 224'])
  expect(rows[4]).toEqual({
    name: 'ViT-B/16 224',
    value: NaN,
    unit: '',
    note: 'RuntimeError: will not be written',
  })
  expect(rows[5]!.value).toBeGreaterThan(0)
})

test('a net on which Python itself comes to its end does not take the others with it', async () => {
  const python = pythonOf({ PYTHON: await playing("process.kill(process.pid, 'SIGKILL')") })
  const rows = await benchPeers({ ...options, batches: [1], tasks: ['forward'] }, python)
  expect(titles(rows)).toEqual(['ResNet-18 224', 'ViT-B/16 224', 'ResNet-50 224'])
  expect(rows[4]!.note).toMatch(/was ended by SIGKILL/)
  expect(rows[5]!.value).toBeGreaterThan(0)
})

test('without PyTorch there is one row, which says what to install', async () => {
  const python = pythonOf({
    PYTHON: await interpreter(
      `console.error("ModuleNotFoundError: No module named 'torch'"); process.exitCode = 1`,
    ),
  })
  expect(await benchPeers(options, python)).toEqual([
    {
      name: 'PyTorch',
      value: NaN,
      unit: '',
      note:
        'needs torchvision: apt-get install python3-torchvision libopenblas0-openmp, or name another Python in PYTHON. ' +
        "ModuleNotFoundError: No module named 'torch'",
    },
  ])
})

test('without Python, too', async () => {
  const command = join(await temporaryFolder(), 'python3')
  const [row, ...more] = await benchPeers(options, pythonOf({ PYTHON: command }))
  expect(more).toEqual([])
  expect(row!.note).toMatch(/^needs torchvision: .* ENOENT$/)
})
