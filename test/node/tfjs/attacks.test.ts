import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attackOf, type AttackId } from '#core/attacks/index'
import { runAttack } from '#core/attacks/run'
import { predictedLabels } from '#core/metrics/classification'
import { sliceImages, toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { EngineProcess } from '#node/engine/EngineProcess'
import { modelFiles } from '#node/lab/modelFiles'
import { openTfjs } from '#node/tfjs/openTfjs'
import { readTfjsFile } from '#node/tfjs/tfjsFile'
import { asking, testedEngines } from '../../support/tfjsEngines'
import { temporaryFolder } from '../../support/temporary'
import { smallNet, smallSpec, writeGraph, writeLayers } from '../../support/tfjsNets'

const random = new Random('attacked')
const count = 6
const images: ByteImages = {
  ...smallSpec,
  count,
  data: Uint8Array.from({ length: count * 360 }, () => random.int(256)),
}

const params: Partial<Record<AttackId, Record<string, number>>> = {
  fgsm: { epsilon: 7 },
  pgd: { epsilon: 7, steps: 4, restarts: 2 },
  carliniWagnerL2: { iterations: 10, searches: 2, constant: 1, learningRate: 0.1 },
  jsma: {},
}

/** A part of what the table of attacks holds every model to: the rest of it does not depend on how gradients are made. */
const cases = (await testedEngines()).flatMap((engine) =>
  (Object.keys(params) as AttackId[]).map((id) => [id, engine] as const),
)
describe.each(cases)('%s on a TF.js model on %s', (id, engine) => {
  it('stays in its bound, judges bytes, and depends neither on the run nor on the batch', async () => {
    const folder = await writeGraph(await temporaryFolder(), smallNet())
    const { model } = await openTfjs(await readTfjsFile(join(folder, 'model.json')), asking[engine])
    const labels = predictedLabels(await model.logits(toFloats(images)))
    const job = { attack: attackOf(id), model, params: params[id]!, images, labels, seed: 's' }
    const whole = await runAttack({ ...job, batch: count })
    expect(await runAttack({ ...job, batch: count })).toEqual(whole)
    expect(await runAttack({ ...job, batch: 4 })).toEqual(whole)
    const alone = { images: sliceImages(images, 3, 4), labels: [labels[3]!], keys: ['3'] }
    expect((await runAttack({ ...job, ...alone })).images.data).toEqual(sliceImages(whole.images, 3, 4).data)
    expect(predictedLabels(await model.logits(toFloats(whole.images)))).toEqual(
      whole.results.map(({ adversarial }) => adversarial.top[0]!.label),
    )
    const furthest = Math.max(...whole.images.data.map((level, i) => Math.abs(level - images.data[i]!)))
    expect(furthest).toBeGreaterThan(0)
    if ('epsilon' in params[id]!) expect(furthest).toBeLessThanOrEqual(7)
    await model[Symbol.asyncDispose]()
  })
})

describe('a TF.js model in the engine process', () => {
  it('is opened from its folder, and gives what it gives here', async () => {
    const folder = await writeLayers(await temporaryFolder(), smallNet({ softmax: true }))
    await using engine = new EngineProcess()
    const remote = await engine.open({ kind: 'file', path: folder }, {})
    const { model, info } = await openTfjs(await readTfjsFile(join(folder, 'model.json')))
    expect(remote.info).toEqual(info)
    const pixels = toFloats(images)
    const loss = { kind: 'cross-entropy', labels: [0, 1, 2, 3, 4, 0] } as const
    const [there, here] = [await remote.gradient(pixels, loss), await model.gradient(pixels, loss)]
    const difference = Math.hypot(...there.gradient.data.map((value, i) => value - here.gradient.data[i]!))
    expect(difference / Math.hypot(...here.gradient.data)).toBeLessThan(1e-5)
    expect(Math.hypot(...here.gradient.data)).toBeGreaterThan(0)
    await model[Symbol.asyncDispose]()
  })

  it('is known on the shelf by its folder', async () => {
    const root = await temporaryFolder()
    const folder = await writeLayers(join(root, 'net'), smallNet())
    const files = modelFiles({
      models: join(root, 'm.json'),
      modelFiles: join(root, 'm'),
      uploads: join(root, 'u'),
    })
    const { hash } = await readTfjsFile(join(folder, 'model.json'))
    expect(await files.hash(folder)).toBe(hash)
    expect(await files.look(folder)).toEqual(await files.look(join(folder, 'model.json')))
    expect(await files.look(root)).toBeNull()
  })
})
