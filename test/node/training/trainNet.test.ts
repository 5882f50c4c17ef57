import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readModel } from '#core/onnx/readModel'
import { recipeOf } from '#core/training/recipes/index'
import type { TrainingPorts } from '#core/training/TrainingRun'
import { openSteps } from '#node/training/openSteps'
import { trainNet, type TrainingHooks, type TrainingRequest } from '#node/training/trainNet'
import { cifarBatch, idxImages, idxLabels } from '../../support/dataFiles'
import { temporaryFolder } from '../../support/temporary'

const inProcess = openSteps(1)

function hooks(over: Partial<TrainingHooks> = {}): TrainingHooks {
  return {
    signal: { aborted: false },
    onProgress: () => undefined,
    onNote: () => undefined,
    openSteps: inProcess,
    ...over,
  }
}

async function request(net: string, over: Partial<TrainingRequest> = {}): Promise<TrainingRequest> {
  const recipe = recipeOf(net)
  return {
    recipe,
    data: { data: 'digits', seed: 'test', pictures: 300, part: { index: 1, of: 1 }, testPictures: 100 },
    seed: '1',
    lambda: recipe.lambda ?? 0,
    schedule: { epochs: 2, batch: 50, rate: 0.01 },
    threads: 1,
    out: await temporaryFolder(),
    ...over,
  }
}

/** Steps that end the run, as a kill would, after `steps` of them: nothing is saved on the way. */
function dyingAfter(steps: number): TrainingPorts['openSteps'] {
  let left = steps
  return async (step, weighting) => {
    const session = await inProcess(step, weighting)
    return {
      run: async (feeds) => {
        if (left-- <= 0) throw new Error('killed')
        return session.run(feeds)
      },
      [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
    }
  }
}

const netOf = (out: string): Promise<Buffer> => readFile(join(out, 'model.onnx'))

describe('trainNet', () => {
  it('lowers the loss and writes net, card and curve', async () => {
    const asked = await request('fc100-100-10', { schedule: { epochs: 8, batch: 30, rate: 0.01 } })
    const card = await trainNet(asked, hooks())
    expect((await readdir(asked.out)).sort()).toEqual(['card.json', 'curve.csv', 'curve.svg', 'model.onnx'])
    const rows = (await readFile(join(asked.out, 'curve.csv'), 'utf8')).trim().split('\n').slice(1)
    const losses = rows.map((row) => Number(row.split(',')[3]))
    expect(losses.at(-1)).toBeLessThan(losses[0]! / 2)
    expect(card.test.top1).toBeGreaterThan(0.5)
    expect(card.data.trainedOn).toBe('digits drawn by Halftone, train split, seed test: 300 pictures')
    expect(card.time.cpuSeconds).toBeGreaterThan(0)
    const net = readModel(await netOf(asked.out))
    expect(JSON.parse(net.metadata.get('classes')!)).toEqual([
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '8',
      '9',
    ])
    expect(net.metadata.get('data')).toBe(card.data.trainedOn)
    expect(net.nodes.flatMap(({ outputs }) => outputs)).toEqual(expect.arrayContaining(['units1', 'units2']))
  })

  it.each(['ae400-10', 'fc10'])(
    '%s stopped and gone on gives the weights of a run in one go, to the bit',
    async (net) => {
      const data = {
        data: 'digits',
        seed: 'test',
        pictures: 120,
        part: { index: 1, of: 1 },
        testPictures: 50,
      }
      const of = { data, schedule: { epochs: 2, batch: 40, rate: 0.01 } }
      const [whole, parts] = [await request(net, of), await request(net, of)]
      await trainNet(whole, hooks())
      // Stops in the middle of epochs and of stages, and is killed after each.
      for (const stopAt of [1, 3]) {
        const signal = { aborted: false }
        const onProgress: TrainingHooks['onProgress'] = ({ phase, done }) => {
          if (phase.includes('epoch') && done === stopAt) signal.aborted = true
        }
        await expect(trainNet(parts, hooks({ signal, onProgress }))).rejects.toMatchObject({
          code: 'cancelled',
        })
        await expect(trainNet(parts, hooks({ openSteps: dyingAfter(1) }))).rejects.toThrow('killed')
      }
      const notes: string[] = []
      const card = await trainNet(parts, hooks({ onNote: (text) => notes.push(text) }))
      expect(notes[0]).toMatch(/Goes on after step/)
      expect(Buffer.compare(await netOf(parts.out), await netOf(whole.out))).toBe(0)
      expect(await readFile(join(parts.out, 'curve.csv'))).toEqual(
        await readFile(join(whole.out, 'curve.csv')),
      )
      expect(await trainNet(parts, hooks())).toEqual(card)
    },
  )

  it('takes dropout, averages and a convolution through a stop too', async () => {
    const data = { data: 'digits', seed: 'test', pictures: 24, part: { index: 1, of: 1 }, testPictures: 10 }
    const of = { data, schedule: { epochs: 1, batch: 8, rate: 0.001 } }
    const [whole, parts] = [await request('cw-mnist', of), await request('cw-mnist', of)]
    await trainNet(whole, hooks())
    const signal = { aborted: false }
    const onProgress: TrainingHooks['onProgress'] = ({ phase }) => {
      if (phase.includes('epoch')) signal.aborted = true
    }
    await expect(trainNet(parts, hooks({ signal, onProgress }))).rejects.toMatchObject({ code: 'cancelled' })
    await trainNet(parts, hooks())
    expect(Buffer.compare(await netOf(parts.out), await netOf(whole.out))).toBe(0)
  })

  it('refuses a folder with another run in it, finished or not', async () => {
    const asked = await request('fc10')
    await expect(trainNet(asked, hooks({ signal: { aborted: true } }))).rejects.toMatchObject({
      code: 'cancelled',
    })
    await trainNet(asked, hooks())
    await expect(trainNet({ ...asked, seed: '2' }, hooks())).rejects.toMatchObject({ code: 'conflict' })
    const stopped = await request('fc10')
    const signal = { aborted: false }
    const onProgress: TrainingHooks['onProgress'] = ({ phase }) => {
      if (phase.includes('epoch')) signal.aborted = true
    }
    await expect(trainNet(stopped, hooks({ signal, onProgress }))).rejects.toMatchObject({
      code: 'cancelled',
    })
    await expect(trainNet({ ...stopped, lambda: 1 }, hooks())).rejects.toMatchObject({ code: 'conflict' })
  })

  it('trains on MNIST and CIFAR files, and on disjoint parts of them', async () => {
    const folder = await temporaryFolder()
    const labels = Array.from({ length: 40 }, (_, i) => i % 10)
    await writeFile(join(folder, 'train-images-idx3-ubyte'), idxImages(40, 8, 8))
    await writeFile(join(folder, 'train-labels-idx1-ubyte'), idxLabels(labels))
    await writeFile(join(folder, 't10k-images-idx3-ubyte'), idxImages(10, 8, 8))
    await writeFile(join(folder, 't10k-labels-idx1-ubyte'), idxLabels(labels.slice(0, 10)))
    const data = { data: folder, seed: '1', part: { index: 2, of: 2 }, testPictures: 10 }
    const card = await trainNet(
      await request('fc10', { data, schedule: { epochs: 1, batch: 10, rate: 0.01 } }),
      hooks(),
    )
    expect(card.data.trainedOn).toMatch(
      /^part 2 of 2 of IDX files in halftone-test-.*, train split: 20 pictures$/,
    )
    expect(card.model.input).toEqual({ channels: 1, height: 8, width: 8 })

    const cifar = await temporaryFolder()
    await writeFile(join(cifar, 'data_batch_1.bin'), cifarBatch([1, 2, 3, 4]))
    await writeFile(join(cifar, 'test_batch.bin'), cifarBatch([5, 6]))
    const coloured = { data: cifar, seed: '1', part: { index: 1, of: 1 }, testPictures: 2 }
    const schedule = { epochs: 1, batch: 2, rate: 0.001 }
    const other = await trainNet(await request('allconv', { data: coloured, schedule }), hooks())
    expect(other.model.classes[5]).toBe('dog')
    await expect(
      request('fc10', { data: { ...data, part: { index: 1, of: 1 }, pictures: 41 } }).then((r) =>
        trainNet(r, hooks()),
      ),
    ).rejects.toThrow(/40 training pictures, not 41/)
  })
})
