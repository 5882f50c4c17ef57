import { describe, expect, it } from 'vitest'
import type { ProgressEvent } from '#contract/events'
import { attackDescriptionSchema, transformDescriptionSchema } from '#contract/attacks'
import { HalftoneError } from '#core/errors'
import { raster, rasterOf } from '#core/tensor/Raster'
import { encodePng } from '#node/images/encodePicture'
import { fakeInput, fakePicture } from '../support/fakeEngine'
import { fakeLab } from '../support/fakeLab'

const model = 'embedded'

/** A picture of a class of the linear model: 0 is red, 1 green. */
function picture(
  label: number,
  doubt = 0.3,
): { width: number; height: number; rgb: Uint8Array<ArrayBuffer> } {
  const { width, height, data } = rasterOf(
    { count: 1, ...fakeInput, data: fakePicture(label, doubt, () => 0) },
    0,
  )
  return { width, height, rgb: new Uint8Array(data) }
}

describe('the playground', () => {
  it('names the five likeliest classes, and shows what the model saw when asked', async () => {
    const { send } = await fakeLab()
    const seen = await send('playground.classify', { model, picture: picture(1), seen: true })
    expect(seen.top).toHaveLength(5)
    expect(seen.top[0]).toMatchObject({ label: 1, name: 'green' })
    const confidences = seen.top.map(({ confidence }) => confidence)
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a))
    expect(seen.latency).toBeGreaterThan(0)
    expect(seen.picture).toEqual(picture(1))
    expect((await send('playground.classify', { model, picture: picture(1) })).picture).toBeNull()
  })

  it('cuts pictures square from their middle, also those in files', async () => {
    const { send } = await fakeLab()
    // Green in the middle, red on both sides.
    const wide = raster(48, 16, 3)
    for (let i = 0; i < 48 * 16; i++) wide.data[3 * i + (i % 48 >= 16 && i % 48 < 32 ? 1 : 0)] = 255
    const rgb = { width: 48, height: 16, rgb: new Uint8Array(wide.data) }
    const file = { file: new Uint8Array(await encodePng(wide)) }
    for (const given of [rgb, file]) {
      const { top, picture: saw } = await send('playground.classify', { model, picture: given, seen: true })
      expect(top[0]!.name).toBe('green')
      expect(saw).toMatchObject({ width: 16, height: 16 })
    }
  })

  it('refuses what is no picture, a wrong number of bytes, and a model that is not there', async () => {
    const { lab } = await fakeLab()
    const bad = [
      [{ model, picture: { file: Uint8Array.of(1, 2, 3) } }, 'unreadable-file'],
      [{ model, picture: { width: 2, height: 2, rgb: new Uint8Array(11) } }, 'invalid-argument'],
      [{ model: 'f'.repeat(64), picture: picture(0) }, 'not-found'],
    ] as const
    for (const [input, code] of bad) {
      expect(await lab.send('playground.classify', input)).toMatchObject({ ok: false, code })
    }
  })

  it('attacks the likeliest class where none is given, and judges before and after', async () => {
    const { send, lab } = await fakeLab()
    const events: ProgressEvent[] = []
    lab.listen('progress', (event) => events.push(event))
    const played = await send('playground.attack', {
      model,
      picture: picture(0, 0.4),
      attack: 'bim',
      params: { epsilon: 60 },
      seed: '1',
      job: 'p',
    })
    expect(played).toMatchObject({ label: 0, target: null, verdict: 'fooled', distances: { linf: 60 } })
    expect(played.before.top[0]!.label).toBe(0)
    expect(played.after.top[0]!.label).not.toBe(0)
    expect(played.gradients).toBeGreaterThan(0)
    expect(played.clean).toEqual(picture(0, 0.4))
    expect(played.adversarial.rgb).not.toEqual(played.clean.rgb)
    expect(events.length).toBeGreaterThan(2)
    expect(events.every(({ job, total }) => job === 'p' && total === 1)).toBe(true)
    // A short command is in no list.
    expect(await send('job.list', {})).toEqual([])
    const labelled = { model, picture: picture(0), label: 3, attack: 'fgsm', params: {}, seed: '1' }
    expect(await send('playground.attack', labelled)).toMatchObject({ label: 3, verdict: 'wrong-from-start' })
    await expect(send('playground.attack', { ...labelled, attack: 'magic' })).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('shows what an effect does to a pair at each strength, with the same noise on both', async () => {
    const { send } = await fakeLab()
    const input = {
      model,
      clean: picture(0),
      adversarial: picture(0),
      transform: 'gaussian-noise',
      strengths: [5, 40],
      seed: '1',
    }
    const effects = await send('playground.transform', input)
    expect(effects.map(({ strength }) => strength)).toEqual([5, 40])
    for (const { clean, adversarial } of effects) expect(clean).toEqual(adversarial)
    expect(effects[0]!.clean.picture).not.toEqual(effects[1]!.clean.picture)
    expect(await send('playground.transform', input)).toEqual(effects)
    await expect(send('playground.transform', { ...input, strengths: [-1] })).rejects.toMatchObject({
      code: 'invalid-argument',
    })
    await expect(send('playground.transform', { ...input, transform: 'fog' })).rejects.toThrow(/jpeg/)
  })

  it('draws the same sample for the same number; a model that knows none of what is drawn gets it without a label', async () => {
    const { send, engine } = await fakeLab()
    const one = await send('playground.sample', { model, number: 4 })
    expect(one).toEqual(await send('playground.sample', { model, number: 4 }))
    expect(one.picture).not.toEqual((await send('playground.sample', { model, number: 5 })).picture)
    expect(one).toMatchObject({ label: null, picture: { width: 16, height: 16 } })
    expect(one.name).not.toBe('')
    const open = engine.open.bind(engine)
    engine.open = async (...input) => {
      const opened = await open(...input)
      const classes = Array.from({ length: 10 }, (_, i) => `class ${i}`)
      return { ...opened, info: { ...opened.info, classes, input: { channels: 1, height: 28, width: 28 } } }
    }
    await send('settings.write', { threads: 3 })
    const digit = await send('playground.sample', { model, number: 7 })
    expect(digit).toMatchObject({ label: 7, name: 'seven', picture: { width: 28, height: 28 } })
  })

  it('keeps its models open until the settings are others', async () => {
    const { send, engine } = await fakeLab()
    let opened = 0
    const open = engine.open.bind(engine)
    engine.open = (...input) => {
      opened++
      return open(...input)
    }
    for (let i = 0; i < 3; i++) await send('playground.classify', { model, picture: picture(i) })
    expect(opened).toBe(1)
    await send('settings.write', { threads: 3 })
    await send('playground.classify', { model, picture: picture(0) })
    expect(opened).toBe(2)
  })

  it('does what lost its engine once more, and then says that it was lost', async () => {
    const { send, engine } = await fakeLab()
    let losses = 1
    const open = engine.open.bind(engine)
    engine.open = async (...input) => {
      const opened = await open(...input)
      return {
        ...opened,
        classify: (...call) =>
          losses-- > 0 ? Promise.reject(new HalftoneError('engine-lost', 'Lost.')) : opened.classify(...call),
      }
    }
    expect((await send('playground.classify', { model, picture: picture(1) })).top[0]!.name).toBe('green')
    losses = 2
    const classified = send('playground.classify', { model, picture: picture(1) })
    await expect(classified).rejects.toMatchObject({ code: 'engine-lost' })
  })

  it('lists every attack and effect as forms need them', async () => {
    const { send } = await fakeLab()
    const attacks = await send('attack.list', {})
    for (const attack of attacks) expect(attackDescriptionSchema.parse(attack)).toEqual(attack)
    expect(attacks.find(({ id }) => id === 'bim')).toMatchObject({ experiment: true, norm: 'linf' })
    expect(attacks.find(({ id }) => id === 'onePixel')).toMatchObject({ experiment: false, access: 'query' })
    const transforms = await send('transform.list', {})
    for (const transform of transforms) expect(transformDescriptionSchema.parse(transform)).toEqual(transform)
    expect(transforms.map(({ id }) => id)).toContain('jpeg')
  })
})
