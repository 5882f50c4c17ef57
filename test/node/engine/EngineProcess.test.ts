import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAttack } from '#core/attacks/run'
import { attackOf } from '#core/attacks/index'
import { predictedLabels } from '#core/metrics/classification'
import { toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { CancelSource } from '#lab/CancelSource'
import type { EngineModel, ModelSource } from '#lab/ports/Engine'
import { EngineProcess } from '#node/engine/EngineProcess'
import type { LaunchEngine } from '#node/engine/protocol'
import { builtFile } from '#node/process/builtFile'
import { forkChild } from '#node/process/forkChild'
import type { FromChild, ToChild } from '#node/process/protocol'
import { openModel } from '#node/onnx/openModel'
import { convNetBytes, type ConvNetOptions } from '../../support/onnxNets'
import { temporaryFolder } from '../../support/temporary'

const spec = { channels: 3, height: 12, width: 12 }
const random = new Random('images')
const some = (count: number): ByteImages => ({
  ...spec,
  count,
  data: new Uint8Array(count * 432).map(() => random.int(256)),
})
const source = (options?: ConvNetOptions): ModelSource => ({
  kind: 'bytes',
  bytes: convNetBytes(options),
  name: 'net',
})
const cpu = { provider: 'cpu', threads: 1 } as const

/** An attack that takes for ever, in short runs. */
const endless = { attack: 'bim', params: { epsilon: 8, steps: 100_000 }, seed: '1' }

describe('the engine process', () => {
  const engine = new EngineProcess()
  let model: EngineModel
  beforeAll(async () => {
    model = await engine.open(source(), cpu)
  })
  afterAll(() => engine.close())

  const labelsOf = async (images: ByteImages): Promise<number[]> =>
    predictedLabels(await model.classify(images))

  it('runs in a process of its own', () => {
    expect(engine.pid).toBeTypeOf('number')
    expect(engine.pid).not.toBe(process.pid)
    expect(model.info).toMatchObject({ name: 'net', input: spec, provider: 'cpu', threads: 1 })
  })

  it('gives what the same model gives here', async () => {
    const images = some(20)
    const bytes = convNetBytes()
    const { model: here } = await openModel({ bytes, name: 'net', hash: 'h', classes: undefined }, cpu)
    const labels = await labelsOf(images)
    const job = {
      attack: attackOf('bim'),
      model: here,
      params: { epsilon: 4 },
      images,
      labels,
      seed: 's',
      batch: 8,
    }
    expect(await model.attack({ ...job, attack: 'bim' })).toEqual(await runAttack(job))
    const floats = toFloats(images)
    const loss = { kind: 'margin', labels, targeted: false, confidence: 3 } as const
    const [ours, theirs] = [
      await model.gradient(floats, loss, { batch: 20 }),
      await here.gradient(floats, loss),
    ]
    expect(ours).toEqual(theirs)
    expect(await model.activations(floats, 'features')).toEqual(await here.activations(floats, 'features'))
  })

  it('reports progress', async () => {
    const images = some(10)
    const done: number[] = []
    await model.classify(images, { batch: 4, onProgress: (progress) => done.push(progress.done) })
    expect(done).toEqual([4, 8, 10])
    const fractions: number[] = []
    const labels = await labelsOf(images)
    const onProgress = ({ fraction }: { fraction: number }): void => {
      fractions.push(fraction)
    }
    await model.attack({ attack: 'bim', images, labels, seed: '1' }, { onProgress })
    expect(fractions.length).toBeGreaterThan(10)
    expect(fractions.at(-1)).toBe(1)
  })

  it('brings errors across with their codes', async () => {
    const images = some(1)
    await expect(model.attack({ attack: 'magic', images, labels: [0], seed: '1' })).rejects.toMatchObject({
      name: 'HalftoneError',
      code: 'not-found',
      message: expect.stringContaining('"magic"') as string,
    })
    await expect(model.attack({ attack: 'fgsm', images, labels: [], seed: '1' })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
  })

  it('attacks on several threads, which stop softly as well', async () => {
    const images = some(6)
    const two = await engine.open(source(), { provider: 'cpu', threads: 2 })
    const labels = await labelsOf(images)
    const job = { attack: 'pgd', params: { steps: 3 }, images, labels, seed: '1' }
    const there = await two.attack(job)
    // The images that each thread has together, on one thread.
    const apart = await model.attack({ ...job, batch: 3 })
    expect(there.images).toEqual(apart.images)
    expect(there.results).toEqual(apart.results)
    const pid = engine.pid
    const cancel = new CancelSource()
    const onProgress = ({ fraction }: { fraction: number }): void => {
      if (fraction > 0) cancel.abort()
    }
    const running = two.attack({ ...endless, images, labels }, { signal: cancel.signal, onProgress })
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(engine.pid).toBe(pid)
    expect((await two.attack(job)).images).toEqual(there.images)
    await two.close()
  })

  it('stops a running attack softly: the process lives on', async () => {
    const images = some(2)
    const labels = await labelsOf(images)
    const pid = engine.pid
    const cancel = new CancelSource()
    let steps = 0
    const running = model.attack(
      { ...endless, images, labels },
      {
        signal: cancel.signal,
        onProgress: () => {
          if (++steps === 3) cancel.abort()
        },
      },
    )
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
    expect(engine.pid).toBe(pid)
    await expect(model.classify(images, { signal: cancel.signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(await labelsOf(images)).toEqual(labels)
  })

  it('ends the process of a call that does not stop, and what else ran in it is lost', async () => {
    await using impatient = new EngineProcess({ grace: 0 })
    const small = await impatient.open(source(), cpu)
    // One run of a batch takes far longer than the grace.
    const big = await impatient.open(source({ size: 64, channels: 32 }), cpu)
    const images: ByteImages = {
      channels: 3,
      height: 64,
      width: 64,
      count: 192,
      data: new Uint8Array(192 * 12288),
    }
    const pid = impatient.pid
    const cancel = new CancelSource()
    const onProgress = (): void => {
      cancel.abort()
    }
    const running = big.classify(images, { batch: 64, signal: cancel.signal, onProgress })
    const other = small.attack({ ...endless, images: some(1), labels: [0] })
    const settled = Promise.allSettled([running, other])
    const [cancelled, lost] = await settled
    expect(cancelled).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } })
    expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'engine-lost' } })
    expect((await small.classify(some(1))).count).toBe(1)
    expect(impatient.pid).not.toBe(pid)
  })

  it('tells of a killed engine and starts a fresh one for the next call', async () => {
    const images = some(3)
    const labels = await labelsOf(images)
    const pid = engine.pid!
    let killed = false
    const running = model.attack(
      { ...endless, images, labels },
      {
        onProgress: () => {
          if (!killed) process.kill(pid, 'SIGKILL')
          killed = true
        },
      },
    )
    const second = model.classify(some(1)).then(
      () => null,
      (error: unknown) => error,
    )
    await expect(running).rejects.toMatchObject({
      code: 'engine-lost',
      message: expect.stringMatching(/ended by SIGKILL.*next call starts a fresh engine/s) as string,
    })
    const lost = await second
    if (lost !== null) expect(lost).toMatchObject({ code: 'engine-lost' })
    // Two calls at once open the model once.
    const [a, b] = await Promise.all([labelsOf(images), labelsOf(images)])
    expect([a, b]).toEqual([labels, labels])
    expect(engine.pid).not.toBe(pid)
  })

  it('refuses to go on with a model file that changed while the engine was gone', async () => {
    const path = join(await temporaryFolder(), 'net.onnx')
    await writeFile(path, convNetBytes())
    await using own = new EngineProcess()
    const held = await own.open({ kind: 'file', path }, cpu)
    await held.classify(some(1))
    await writeFile(path, convNetBytes({ seed: 'other' }))
    process.kill(own.pid!, 'SIGKILL')
    await sleep(100)
    await expect(held.classify(some(1))).rejects.toMatchObject({ code: 'conflict' })
    await writeFile(path, convNetBytes())
    expect((await held.classify(some(1))).count).toBe(1)
  })

  it('closes: the process ends and later calls say so', async () => {
    const own = new EngineProcess()
    const held = await own.open(source(), cpu)
    const pid = own.pid!
    await held.close()
    await expect(held.classify(some(1))).rejects.toThrow(/was closed/)
    await own.close()
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/)
    await expect(own.open(source())).rejects.toMatchObject({ code: 'engine-lost' })
  })

  it('ends in the midst of what its threads run without a crash', async () => {
    for (let time = 0; time < 2; time++) {
      const ends: string[] = []
      const launch: LaunchEngine = () => {
        const child = forkChild<ToChild, FromChild>(builtFile('engine.js'))
        child.onExit((how) => ends.push(how))
        return child
      }
      const own = new EngineProcess({ launch, grace: 10_000 })
      const big = await own.open(source({ size: 64, channels: 32 }), { provider: 'cpu', threads: 2 })
      const images = { channels: 3, height: 64, width: 64, count: 32, data: new Uint8Array(32 * 12288) }
      const labels = Array.from({ length: 32 }, () => 0)
      const steps = new Promise<void>((resolve) => {
        const onProgress = ({ fraction }: { fraction: number }): void => {
          if (fraction > 0) resolve()
        }
        big.attack({ ...endless, images, labels, batch: 32 }, { onProgress }).catch(() => undefined)
      })
      await steps
      await own.close()
      expect(ends).toEqual([expect.stringMatching(/ended by SIGKILL|ended with code 0/)])
    }
  })

  it('says when a model cannot be opened, and stays', async () => {
    const pid = engine.pid
    const bytes = convNetBytes()
    const bad: [Uint8Array, RegExp][] = [
      [bytes.subarray(0, bytes.length - 1000), /cut short|could not be decoded|damaged/],
      [Buffer.from('PNG or something else entirely, long enough to look at'), /ONNX/],
      [new Uint8Array(0), /empty/],
    ]
    for (const [each, message] of bad) {
      await expect(engine.open({ kind: 'bytes', bytes: each, name: 'bad' })).rejects.toMatchObject({
        code: 'unreadable-file',
        message: expect.stringMatching(message) as string,
      })
    }
    await expect(engine.open({ kind: 'file', path: '/no/such.onnx' })).rejects.toMatchObject({
      code: 'not-found',
    })
    expect(engine.pid).toBe(pid)
  })
})
