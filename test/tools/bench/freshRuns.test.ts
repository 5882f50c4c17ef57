import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { memoryRows, startRows } from '../../../tools/bench/peers/freshRuns'
import { convNetBytes } from '../../support/onnxNets'
import { temporaryFolder } from '../../support/temporary'
import { standIn } from './standIn'

/** A small net in the place of one of torchvision's, whose title is all that is taken from there. */
async function smallNet() {
  const folder = await temporaryFolder()
  const path = join(folder, 'net.onnx')
  await writeFile(path, convNetBytes())
  return { path, kept: join(folder, 'kept') }
}

test('the start is told of a process that keeps nothing yet, and of one that finds what was kept', async () => {
  const { path, kept } = await smallNet()
  const rows = await startRows('resnet18', path, kept)
  expect(rows.map(({ name, unit, reference }) => [name, unit, reference])).toEqual([
    ['ResNet-18 224: from its file to the first gradient, first run', 's', undefined],
    ['ResNet-18 224: from its file to the first gradient, second run', 's', 'aim below 1'],
  ])
  for (const { value, note } of rows) {
    const [, open, gradient, started] =
      /^(\S+) s to open, (\S+) s the gradient; (\S+) s with the start of Node$/.exec(note!)!
    expect(value).toBeCloseTo(Number(open) + Number(gradient), 1)
    expect(Number(started)).toBeGreaterThan(value)
  }
  expect(await readdir(kept)).not.toEqual([])
})

test.skipIf(process.platform !== 'linux')(
  'memory is that of whole processes, and above the imports',
  async () => {
    const { path, kept } = await smallNet()
    const python = await standIn(
      'console.log(JSON.stringify({ baseline: 1024, opened: 2048, peak: 10240, asked: process.argv.slice(2) }))',
    )
    const rows = await memoryRows('resnet18', path, kept, python)
    expect(rows.map(({ name }) => name)).toEqual([
      'ResNet-18 224, batch 8: peak memory, first run',
      'ResNet-18 224, batch 8: peak memory, second run',
    ])
    for (const { value, unit, reference, note } of rows) {
      expect([unit, reference]).toEqual(["times PyTorch's", 'at most 1'])
      const [, ours, above, ratio, open] =
        /^(\d+) beside 10 MB; above what the imports take (\d+) beside 9 MB, (\S+) times; (\d+) beside 2 MB once open$/.exec(
          note!,
        )!
      expect(value).toBeCloseTo(Number(ours) / 10, 0)
      expect(Number(ratio)).toBeCloseTo(Number(above) / 9, 0)
      expect(Number(ours)).toBeGreaterThanOrEqual(Number(open))
      // Opening so small a net takes hardly anything; the system's counts lag by some pages.
      expect(Number(open)).toBeGreaterThan(0.95 * (Number(ours) - Number(above)))
    }
  },
)

test('PyTorch is asked for the net, its side and the batch', async () => {
  const { path, kept } = await smallNet()
  const python = await standIn('console.error(process.argv.slice(2).join(" ")); process.exitCode = 1')
  await expect(memoryRows('inception_v3', path, kept, python)).rejects.toThrow(/^memory inception_v3 299 8$/)
})

test('where the system does not tell memory, the row says so', async () => {
  const { path, kept } = await smallNet()
  const python = await standIn('console.log(JSON.stringify({ baseline: null, opened: null, peak: null }))')
  const [row, ...more] = await memoryRows('resnet18', path, kept, python)
  expect(more).toEqual([])
  expect(row).toMatchObject({ value: NaN, note: 'this system does not tell it under /proc' })
})

test('a Python that is killed, absent or prints no JSON is told in one line', async () => {
  const { path, kept } = await smallNet()
  const killed = await standIn("console.error('UserWarning: old'); process.kill(process.pid, 'SIGKILL')")
  await expect(memoryRows('resnet18', path, kept, killed)).rejects.toThrow(
    /^stand_in\.cjs was ended by SIGKILL/,
  )
  const absent = { command: join(kept, 'python3'), script: 'torch_bench.py' }
  await expect(memoryRows('resnet18', path, kept, absent)).rejects.toThrow(/^.*python3: spawn .* ENOENT$/)
  await expect(memoryRows('resnet18', path, kept, await standIn(''))).rejects.toThrow(/JSON/)
})

test('a model that does not open is told in the words of its error', async () => {
  const { path, kept } = await smallNet()
  await writeFile(path, 'no model')
  await expect(startRows('resnet18', path, kept)).rejects.toThrow(/^Expected an ONNX model[^\n]*$/)
})
