import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { HalftoneError } from '#core/errors'
import { fakeLab, type FakeLab } from '../support/fakeLab'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A lab with a "model" file, whose engine says that it is the linear model of the file's hash. */
async function withFile(text = 'weights'): Promise<FakeLab & { path: string; id: string }> {
  const lab = await fakeLab()
  const path = join(lab.root, '..', 'net.onnx')
  await writeFile(path, text)
  lab.engine.sha256 = sha256(text)
  return { ...lab, path, id: sha256(text) }
}

describe('the shelf of models', () => {
  it('has the embedded model first, then the own ones, newest first', async () => {
    const { send, path, id, engine } = await withFile()
    expect(await send('model.list', {})).toMatchObject([{ id: 'embedded', path: null, problem: null }])
    expect(await send('model.add', { path })).toMatchObject({
      id,
      name: 'linear',
      path,
      size: 7,
      classes: ['red', 'green', 'blue', 'cyan', 'magenta', 'yellow', 'grey'],
      input: { channels: 3, height: 16, width: 16 },
      differentiable: { ok: true },
      problem: null,
    })
    engine.sha256 = 'b'.repeat(64)
    await send('model.add', { path, name: ' Second ' })
    const list = await send('model.list', {})
    expect(list.map(({ name }) => name)).toEqual(['linear', 'Second', 'linear'])
    expect(list[2]!.added).toBe('2026-03-04T05:06:07.000Z')
  })

  it('has a file once, however often it is added', async () => {
    const { send, path, id } = await withFile()
    await send('model.add', { path, name: 'One' })
    await send('model.add', { path, name: 'Two' })
    const own = (await send('model.list', {})).slice(1)
    expect(own).toMatchObject([{ id, name: 'Two' }])
  })

  it('refuses what cannot be used, with the engine`s reason, and stays as it was', async () => {
    const { send, path, engine } = await withFile()
    engine.open = () => Promise.reject(new HalftoneError('unsupported', 'It has no class scores.'))
    await expect(send('model.add', { path })).rejects.toMatchObject({ message: 'It has no class scores.' })
    const [embedded, ...own] = await send('model.list', {})
    expect(own).toEqual([])
    // The same engine refuses the embedded model too, and that is told in its place.
    expect(embedded).toMatchObject({ id: 'embedded', problem: 'It has no class scores.' })
  })

  it('says of a file that is gone or has changed that it is, and not of one that was merely touched', async () => {
    const { send, path } = await withFile()
    await send('model.add', { path })
    await utimes(path, new Date(), new Date(0))
    expect((await send('model.list', {}))[1]!.problem).toBeNull()
    await writeFile(path, 'other weights')
    expect((await send('model.list', {}))[1]!.problem).toContain('is not the file any more')
    await rm(path)
    expect((await send('model.list', {}))[1]).toMatchObject({ size: null })
    expect((await send('model.list', {}))[1]!.problem).toContain('no file at')
  })

  it('gives back what it lets go, so that it can be added again; the embedded model stays', async () => {
    const { send, path, id } = await withFile()
    const labels = `${path}.txt`
    await writeFile(labels, 'x')
    const added = await send('model.add', { path, labels, name: 'Mine' })
    const { removed } = await send('model.remove', { model: id })
    expect(removed).toMatchObject({ path, labels })
    expect((await send('model.list', {})).slice(1)).toEqual([])
    expect(await send('model.add', { ...removed, name: 'Mine' })).toEqual(added)
    await expect(send('model.remove', { model: 'embedded' })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    await expect(send('model.remove', { model: 'gone' })).rejects.toMatchObject({ code: 'not-found' })
  })

  it('moves a file from the uploads to a folder of its own, with what belongs to it', async () => {
    const lab = await withFile()
    const upload = join(lab.root, '.halftone', 'uploads', 'a1')
    await mkdir(upload, { recursive: true })
    for (const name of ['net.onnx', 'net.onnx.data', 'labels.txt', 'other.onnx']) {
      await writeFile(join(upload, name), name === 'net.onnx' ? 'weights' : name)
    }
    const models = join(lab.root, '.halftone', 'models')
    const added = await lab.send('model.add', {
      path: join(upload, 'net.onnx'),
      labels: join(upload, 'labels.txt'),
    })
    expect(added).toMatchObject({
      path: join(models, 'net', 'net.onnx'),
      labels: join(models, 'net', 'labels.txt'),
      problem: null,
    })
    expect((await readdir(join(models, 'net'))).sort()).toEqual(['labels.txt', 'net.onnx', 'net.onnx.data'])
    expect(await readdir(upload)).not.toContain('net.onnx')
    await writeFile(join(upload, 'net.onnx'), 'weights')
    expect((await lab.send('model.add', { path: join(upload, 'net.onnx') })).path).toBe(
      join(models, 'net-2', 'net.onnx'),
    )
  })

  it('survives the end of the program, and two programs at once', async () => {
    const { root } = await withFile()
    const labs = [await fakeLab(root), await fakeLab(root)]
    await Promise.all(
      labs.map(async (lab, i) => {
        for (let n = 0; n < 5; n++) {
          const path = join(root, '..', `${i}-${n}.onnx`)
          await writeFile(path, path)
          lab.engine.sha256 = sha256(path)
          await lab.send('model.add', { path })
        }
      }),
    )
    const third = await fakeLab(root)
    expect(await third.send('model.list', {})).toHaveLength(11)
  })
})

describe('a model', () => {
  it('is timed alone and in a batch, with progress, and the work is cancelled between runs', async () => {
    const { send, lab } = await fakeLab()
    const phases = new Set<string>()
    const stop = lab.listen('progress', ({ phase }) => phases.add(phase))
    const speed = await send('model.measure', { model: 'embedded', job: 'm' })
    stop()
    expect(speed).toMatchObject({ provider: 'cpu', threads: 1, runs: [{ batch: 1 }, { batch: 8 }] })
    for (const { forward, gradient } of speed.runs) {
      expect(forward).toBeGreaterThan(0)
      expect(gradient).toBeGreaterThan(0)
    }
    expect([...phases]).toEqual([
      'scores of 1 image',
      'gradients of 1 image',
      'scores of 8 images',
      'gradients of 8 images',
      'measured',
    ])
    lab.listen('progress', () => void lab.send('cancel', { job: 'm' }))
    expect(await lab.send('model.measure', { model: 'embedded', job: 'm' })).toMatchObject({
      code: 'cancelled',
    })
  })

  it('is checked on labelled images, of which those that cannot be read are passed over', async () => {
    const { send, engine, path } = await withFile()
    let given: readonly number[] = []
    engine.check = (_source, { images, labels }) => {
      given = labels
      expect(images.count).toBe(5)
      return Promise.resolve({ ranked: [], verdict: 'fits', advice: 'The profile fits.' })
    }
    const input = { path, images: { kind: 'signs', split: 'test', seed: '1' }, count: 5 } as const
    expect(await send('model.check', input)).toEqual([])
    expect(given).toHaveLength(5)
  })
})

describe('back ends', () => {
  it('are tried once, and told with the reason why one does not work', async () => {
    const { send, engine } = await fakeLab()
    const tried: (string | undefined)[] = []
    const open = engine.open.bind(engine)
    engine.open = async (source, options) => {
      tried.push(options?.provider)
      if (options?.provider && options.provider !== 'cpu') {
        throw new HalftoneError('unsupported', `No ${options.provider} here.`)
      }
      const model = await open(source, options)
      return { ...model, info: { ...model.info, passedOver: ['cuda: no library'] } }
    }
    const found = await send('engine.backEnds', {})
    expect(found).toEqual([
      { provider: 'cuda', works: false, reason: 'no library' },
      { provider: 'dml', works: false, reason: 'No dml here.' },
      { provider: 'coreml', works: false, reason: 'No coreml here.' },
      { provider: 'webgpu', works: false, reason: 'No webgpu here.' },
      { provider: 'cpu', works: true, reason: null },
    ])
    expect(await send('engine.backEnds', {})).toEqual(found)
    expect(tried).toEqual([undefined, 'dml', 'coreml', 'webgpu'])
  })
})

describe('settings', () => {
  it('are the defaults until they are written, keep what is not given, and are those of every program on the folder', async () => {
    const { send, root } = await fakeLab()
    expect(await send('settings.read', {})).toEqual({ provider: null, threads: null })
    expect(await readdir(join(root, '..'))).not.toContain('experiments')
    await send('settings.write', { threads: 2 })
    expect(await send('settings.write', { provider: 'cpu' })).toEqual({ provider: 'cpu', threads: 2 })
    const other = await fakeLab(root)
    expect(await other.send('settings.read', {})).toEqual({ provider: 'cpu', threads: 2 })
    expect(await other.send('settings.write', { provider: null })).toEqual({ provider: null, threads: 2 })
    await expect(send('settings.write', { threads: 0 })).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  it('stand beside what is known of program and machine', async () => {
    const { send, root } = await fakeLab()
    expect(await send('about', {})).toMatchObject({ folder: root, cores: 2, halftone: '1' })
  })
})
