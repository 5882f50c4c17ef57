import { readFile, writeFile } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { Random } from '#core/tensor/Random'
import { readModelFile } from '#node/onnx/modelFile'
import { openModel } from '#node/onnx/openModel'
import { saveNpy } from '#node/npyFiles'
import { trace } from '../../../tools/peers/traceDecisions'
import { convNetBytes } from '../../support/onnxNets'
import { temporaryFolder } from '../../support/temporary'

interface Entry {
  readonly kind: string
  readonly file: string
  readonly dims: readonly number[]
  readonly type: string
}

/** Two images of noise for a net with a rectifier, a pool and a rectifier, as files. */
async function files() {
  const folder = await temporaryFolder()
  const [model, images, labels] = ['net.onnx', 'x.npy', 'y.npy'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const random = new Random('traced')
  const x = new Float32Array(2 * 3 * 8 * 8).map(() => random.uniform())
  await writeFile(model, convNetBytes({ size: 8, channels: 4 }))
  await saveNpy(images, { type: 'float32', shape: [2, 3, 8, 8], data: x })
  await saveNpy(labels, { type: 'int64', shape: [2], data: BigInt64Array.of(3n, 7n) })
  return { folder: join(folder, 'traced'), model, images, labels, x }
}

async function read(folder: string) {
  const entries = JSON.parse(await readFile(join(folder, 'traced.json'), 'utf8')) as Entry[]
  return Promise.all(
    entries.map(async ({ kind, file, dims, type }) => {
      const bytes = new Uint8Array(await readFile(file)).buffer
      const data =
        type === 'int64' ? Array.from(new BigInt64Array(bytes), Number) : [...new Float32Array(bytes)]
      return { kind, dims, data }
    }),
  )
}

test('rectifiers and pools of the run that gave the gradient, in the order of the file', async () => {
  const { folder, model: path, images, labels, x } = await files()
  await trace(path, images, labels, folder)
  const traced = await read(folder)
  expect(traced.map(({ kind, dims }) => [kind, dims])).toEqual([
    ['rectifier', [2, 4, 8, 8]],
    ['rectifier', [2, 4, 4, 4]],
    ['pool', [2, 4, 4, 4]],
    ['gradient', [2, 3, 8, 8]],
  ])
  const [first, second, pool, gradient] = traced.map(({ data }) => data)
  for (const values of [first!, second!]) {
    expect(Math.min(...values)).toBe(0)
    expect(values.filter((value) => value > 0).length).toBeGreaterThan(values.length / 8)
  }

  // A place counts through all channels of all images.
  const windows = pool!.map((place, at) => {
    const [column, row, plane] = [at % 4, Math.floor(at / 4) % 4, Math.floor(at / 16)]
    const corner = plane * 64 + 2 * row * 8 + 2 * column
    return { place, window: [corner, corner + 1, corner + 8, corner + 9] }
  })
  for (const { place, window } of windows) {
    expect(window).toContain(place)
    expect(first![place]).toBe(Math.max(...window.map((i) => first![i]!)))
  }

  const { model: opened } = await openModel(await readModelFile({ kind: 'file', path }), { provider: 'cpu' })
  await using model = opened
  const batch = { channels: 3, height: 8, width: 8, count: 2, data: x }
  const own = await model.gradient(batch, { kind: 'cross-entropy', labels: [3, 7] })
  const most = Math.max(...own.gradient.data.map(Math.abs))
  expect(most).toBeGreaterThan(0)
  gradient!.forEach((value, i) => {
    expect(Math.abs(value - own.gradient.data[i]!)).toBeLessThan(1e-5 * most)
  })
})

test('Python starts it as a program', async () => {
  const { folder, model, images, labels } = await files()
  await promisify(execFile)(process.execPath, ['tools/peers/decisions.mjs', model, images, labels, folder])
  expect((await read(folder)).map(({ kind }) => kind)).toEqual(['rectifier', 'rectifier', 'pool', 'gradient'])
})
