import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import type { Images } from '#core/tensor/Images'
import type { Net } from '../../../tools/bench/peers/nets'
import { drawBatch, timeTask, type Pair } from '../../../tools/bench/peers/timeNet'
import type { Peer } from '../../../tools/bench/peers/TorchPeer'
import { lossOf, linearNet } from '../../support/analyticNets'
import { FakeMachine } from '../../support/FakeMachine'
import { temporaryFolder } from '../../support/temporary'

const spec = { channels: 3, height: 4, width: 4 }
const net: Net = { title: 'Small net 4', side: 4, aim: 1.7 }
const classes = 5

/** ms that a call takes on either side, and ms that other programs work meanwhile. */
interface Speed {
  readonly ours: number
  readonly theirs: number
  readonly others?: number
}

/**
 * A net whose every pass moves the clock, and a peer that answers as torch_bench.py does: it draws `count` images, takes its
 * time and has the gradient of the same net, off by a factor.
 */
async function pairOf({ ours, theirs, others = 0 }: Speed, off = 1) {
  const machine = new FakeMachine()
  const inner = linearNet('timed', spec, classes)
  const folder = await temporaryFolder()
  const asked: Record<string, unknown>[] = []
  let drawn: Images | undefined
  let labels: number[] = []
  const model: DifferentiableModel = {
    ...spec,
    id: inner.id,
    input: inner.input,
    classes: inner.classes,
    logits(images) {
      machine.pass(ours, { own: 2 * ours })
      return inner.logits(images)
    },
    gradient(images, loss) {
      machine.pass(ours, { own: 2 * ours })
      return inner.gradient(images, loss)
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const answers: Record<string, (request: Record<string, unknown>) => Promise<unknown>> = {
    async draw({ count, images }) {
      const data = Float32Array.from({ length: Number(count) * 48 }, (_, i) => (i % 256) / 255)
      await writeFile(String(images), new Uint8Array(data.buffer))
      drawn = { ...spec, count: Number(count), data }
      labels = Array.from({ length: Number(count) }, (_, i) => i % classes)
      return { labels }
    },
    run({ calls, steps }) {
      const time = theirs * Number(calls) * Number(steps)
      machine.pass(time, { others: 2 * time + others })
      return Promise.resolve({ each: theirs * Number(steps), processor: 2 * time })
    },
    async check({ task, gradient }) {
      const own = await inner.gradient(drawn!, { kind: 'cross-entropy', labels })
      const data = own.gradient.data.map((value) => value * off)
      if (task === 'gradient') await writeFile(String(gradient), new Uint8Array(data.buffer))
      return { loss: own.loss.reduce((sum, value) => sum + value, 0) }
    },
  }
  const torch = {
    ask(request: Record<string, unknown>) {
      asked.push(request)
      return answers[String(request['do'])]!(request)
    },
  } as Peer
  const pair: Pair = { net, model, torch, machine, gigaflop: 3, folder }
  return { pair, asked, inner, machine }
}

test("images and labels are PyTorch's, and the bytes are the images at 8 bits", async () => {
  const { pair, asked } = await pairOf({ ours: 1, theirs: 1 })
  const batch = await drawBatch(pair, 6)
  expect(asked).toEqual([{ do: 'draw', count: 6, images: join(pair.folder, 'images.f32') }])
  expect(batch.images).toMatchObject({ ...spec, count: 6 })
  expect(Array.from(batch.bytes.data)).toEqual(Array.from({ length: 6 * 48 }, (_, i) => i % 256))
  expect(batch.labels).toEqual([0, 1, 2, 3, 4, 0])
  const written = await readFile(join(pair.folder, 'images.f32'))
  expect(written.readFloatLE(4)).toBe(batch.images.data[1])
})

test('a gradient is told with its ratio, its times and speeds an image, and how far the two are apart', async () => {
  const { pair, asked } = await pairOf({ ours: 150, theirs: 300 }, 1.01)
  const batch = await drawBatch(pair, 4)
  const row = await timeTask(pair, batch, 'gradient')
  const { loss } = await pair.model.gradient(batch.images, { kind: 'cross-entropy', labels: batch.labels })
  const sum = loss.reduce((total, value) => total + value, 0).toFixed(4)
  expect(row).toEqual({
    name: 'Small net 4, batch 4: forward and gradient',
    value: 2,
    unit: 'times as fast',
    reference: 'aim 1.7',
    // Two passes of 3 GFLOP in 37.5 ms an image are 160 GFLOP/s.
    note: `37.5 ms an image beside 75.0; 160 and 80 GFLOP/s; losses ${sum} and ${sum}, gradients 1e-2 apart; 3 turns`,
  })
  // Two trials of one call, then turns of two.
  const runs = asked.filter((request) => request['do'] === 'run').map(({ calls }) => calls)
  expect(runs).toEqual([1, 1, 2, 2, 2])
})

test('a forward pass has no gradient to compare; single images get five turns', async () => {
  const { pair } = await pairOf({ ours: 400, theirs: 400 })
  const row = await timeTask(pair, await drawBatch(pair, 1), 'forward')
  expect(row.name).toBe('Small net 4, batch 1: forward')
  expect(row.note).toMatch(/^400 ms an image beside 400; 8 and 8 GFLOP\/s; losses \S+ and \S+; 5 turns$/)
})

test('our loss of a forward pass is the summed cross-entropy, also of a class without any chance', async () => {
  const { pair, inner } = await pairOf({ ours: 400, theirs: 400 })
  const steep = { ...pair, model: { ...pair.model, logits: spread } }
  async function spread(images: Images) {
    const logits = await inner.logits(images)
    return { ...logits, data: logits.data.map((value) => 1000 * value) }
  }
  const batch = await drawBatch(pair, 3)
  const row = await timeTask(steep, batch, 'forward', 1)
  const { data } = await spread(batch.images)
  const expected = batch.labels.reduce((sum, _, n) => {
    const scores = Float64Array.from(data.subarray(n * classes, (n + 1) * classes))
    return sum + lossOf(scores, { kind: 'cross-entropy', labels: batch.labels }, n).value
  }, 0)
  expect(expected).toBeGreaterThan(3000)
  expect(Number(/losses (\S+) and/.exec(row.note!)![1])).toBeCloseTo(expected, 0)
})

test('an attack is held against raw PyTorch, and says what it does more', async () => {
  const { pair, asked } = await pairOf({ ours: 50, theirs: 100 })
  const row = await timeTask(pair, await drawBatch(pair, 2), 'fast', 1)
  expect(row.reference).toBe('never below 1')
  expect(row.note).toMatch(
    /ms an image beside 50\.0; losses \S+ and \S+; one turn; neither side judges; ours rounds to 8 bits$/,
  )
  expect(row.note).not.toContain('GFLOP')
  expect(asked.filter((request) => request['do'] === 'run')[0]).toMatchObject({ task: 'fast', steps: 1 })
})

test('of an attack with many long steps only some are timed, and the row says so', async () => {
  const { pair, asked } = await pairOf({ ours: 100, theirs: 2000 })
  const row = await timeTask(pair, await drawBatch(pair, 1), 'pgd')
  expect(row.name).toBe('Small net 4, batch 1: PGD, 40 steps, of which 7 were timed')
  const steps = asked.filter((request) => request['do'] === 'run').map((request) => request['steps'])
  expect(steps).toEqual([3, 3, 7, 7, 7, 7, 7])
})

test('where other programs were at work, the row says how much', async () => {
  const { pair } = await pairOf({ ours: 300, theirs: 300, others: 800 })
  const row = await timeTask(pair, await drawBatch(pair, 8), 'forward')
  expect(row.note).toMatch(/3 turns; other programs took 50 % of the machine$/)
})
