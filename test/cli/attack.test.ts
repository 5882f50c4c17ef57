import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { attackImages, type AttackImages, type AttackResults } from '#cli/attackImages'
import { attackText } from '#cli/attackText'
import { Cli } from '#cli/Cli'
import { run } from '#cli/run'
import { concatImages } from '#core/tensor/Images'
import { imagesOf } from '#core/tensor/Raster'
import { Random } from '#core/tensor/Random'
import type { OpenImages } from '#lab/ports/ImageSource'
import { decodePicture } from '#node/images/decodePicture'
import { fakeClasses, fakeEngine, fakeInput, fakePicture } from '../support/fakeEngine'
import { temporaryFolder } from '../support/temporary'

const engine = fakeEngine()
const model = await engine.open({ kind: 'file', path: 'linear' })

/** Ten pictures, one of them unreadable. */
const openImages: OpenImages = (_, __, seed) =>
  Promise.resolve({
    size: 10,
    skipped: [],
    take: (number) => {
      if (number === 1) return Promise.resolve({ file: 'b.png', reason: 'damaged' })
      const random = new Random(`${seed} ${number}`)
      const data = fakePicture(number % 7, 0.2, () => random.uniform(-1, 1))
      const image = { ...fakeInput, count: 1, data }
      return Promise.resolve({ image, label: number % 7, origin: `picture ${number}` })
    },
  })

async function attacked(over: Partial<AttackImages> = {}): Promise<{ out: string; results: AttackResults }> {
  const out = over.out ?? join(await temporaryFolder(), 'new', 'folder')
  const request: AttackImages = {
    attack: 'fgsm',
    params: { epsilon: 90 },
    images: { kind: 'folder', path: 'pictures', fit: 'crop' },
    count: 4,
    seed: '1',
    target: undefined,
    out,
    ...over,
  }
  return { out, results: await attackImages(model, openImages, request, () => undefined) }
}

describe('halftone attack', () => {
  it('writes the pictures that were judged, before and after', async () => {
    const { out, results } = await attacked()
    expect(results.results.map(({ origin }) => origin)).toEqual([
      'picture 0',
      'picture 2',
      'picture 3',
      'picture 4',
    ])
    const read = async (file: unknown) => imagesOf([await decodePicture(join(out, String(file)))], 3)
    for (const row of results.results) {
      const pair = [await read(row.cleanFile), await read(row.adversarialFile)]
      const logits = await model.classify(concatImages(pair))
      const answers = [0, 1].map((i) => {
        const scores = [...logits.data.subarray(i * 7, i * 7 + 7)]
        return fakeClasses[scores.indexOf(Math.max(...scores))]
      })
      expect(answers).toEqual([row.clean, row.adversarial])
      const changes = pair[1]!.data.map((value, i) => Math.abs(value - pair[0]!.data[i]!))
      expect(row.linf).toBe(Math.max(...changes))
      expect(row.l0).toBe(changes.filter((change) => change > 0).length)
      expect(row).toMatchObject({ gradients: 1, queries: 0 })
    }
    expect((await readdir(out)).filter((file) => /^\d/.test(file)).length).toBe(4 * 2)
    expect(await readdir(out)).toEqual(expect.arrayContaining(['grid.png', 'results.csv', 'results.json']))
  })

  it('writes the same results as JSON, as CSV and for people', async () => {
    const { out, results } = await attacked()
    expect(JSON.parse(await readFile(join(out, 'results.json'), 'utf8'))).toEqual(results)
    const lines = (await readFile(join(out, 'results.csv'), 'utf8')).trimEnd().split('\r\n')
    expect(lines.length).toBe(5)
    expect(lines[0]).toMatch(/^image,origin,verdict,note,label,target,clean,/)
    expect(lines[1]).toContain(String(results.results[0]!.adversarialFile))
    const { fooled, held } = results.summary
    expect(attackText(results, out)).toContain(`${fooled} of ${fooled + held} fooled`)
    expect(results).toMatchObject({
      attack: 'fgsm',
      params: { epsilon: 90 },
      seed: '1',
      target: null,
      anyTarget: null,
    })
    expect(results.images).toEqual({ kind: 'folder', path: 'pictures', fit: 'crop' })
  })

  it('reaches a class by its name, and passes over the images that have it', async () => {
    const params = { epsilon: 120 }
    const { results } = await attacked({ attack: 'pgd', params, target: 'Blue', count: 10 })
    expect(results.count).toBe(7)
    expect(results.results.map(({ label }) => label)).not.toContain('blue')
    expect(results.results.every(({ target }) => target === 'blue')).toBe(true)
    for (const { verdict, adversarial } of results.results) {
      if (verdict === 'fooled') expect(adversarial).toBe('blue')
    }
    expect(results.summary.fooled).toBeGreaterThan(0)
  })

  it('goes from each class to each other one, and shows how often it got there', async () => {
    const { out, results } = await attacked({
      attack: 'pgd',
      params: { epsilon: 90 },
      target: 'all',
      perClass: 1,
      count: 99,
    })
    expect(results.count).toBe(7)
    expect(results.results.length).toBe(7 * 6)
    const pairs = new Map(results.pairs.map((pair) => [`${pair.source} ${pair.target}`, pair]))
    const right = results.results.filter(({ verdict }) => verdict !== 'wrong-from-start')
    expect(pairs.size).toBe(right.length)
    for (const { label, target, verdict, adversarialConfidence } of right) {
      const { success, confidence } = pairs.get(`${String(label)} ${String(target)}`)!
      expect(success).toMatchObject({ of: 1, count: verdict === 'fooled' ? 1 : 0 })
      if (verdict === 'fooled') expect(confidence).toBeCloseTo(Number(adversarialConfidence), 5)
      else expect(confidence).toBeNull()
    }
    const images = new Set(right.map(({ image }) => image))
    const reached = new Set(right.filter(({ verdict }) => verdict === 'fooled').map(({ image }) => image))
    expect(results.anyTarget).toMatchObject({ count: reached.size, of: images.size })
    expect(attackText(results, out)).toContain(
      `${reached.size} of ${images.size} images reached at least one`,
    )
    expect(results.summary.fooled).toBeGreaterThan(0)
    expect(results.summary.held).toBeGreaterThan(0)
    const heat = await decodePicture(join(out, 'heatmap.png'))
    const grid = await decodePicture(join(out, 'grid.png'))
    expect(heat.width).toBeGreaterThan(7 * 96)
    expect(grid.height).toBeGreaterThan(7 * 96)
  })

  it('names several classes, and refuses one of them by its name', async () => {
    const { results } = await attacked({ attack: 'pgd', params: {}, target: 'blue, 1', count: 3 })
    expect(new Set(results.results.map(({ target }) => target))).toEqual(new Set(['blue', 'green']))
    await expect(attacked({ attack: 'pgd', target: 'blue,mauve' })).rejects.toThrow(/Unknown label "mauve"/)
  })

  it('says why an image was not fooled', async () => {
    const { results, out } = await attacked({ params: { epsilon: 0 }, count: 9 })
    for (const { verdict, note } of results.results) {
      expect(note).toBe(
        verdict === 'held' ? 'nothing found, the clean image is returned' : 'wrong from the start',
      )
    }
    expect(results.summary.unchanged).toBe(results.summary.held)
    expect(attackText(results, out)).toContain('nothing found, the clean image is returned')
  })

  it('refuses a class that there is not, a target that is not taken, and a folder with something in it', async () => {
    await expect(attacked({ attack: 'pgd', target: 'mauve' })).rejects.toThrow(/Unknown label "mauve"/)
    await expect(attacked({ target: 'blue' })).rejects.toThrow(/fgsm takes no target/)
    const { out } = await attacked()
    await expect(attacked({ out })).rejects.toMatchObject({ code: 'conflict' })
  })

  it.each([
    [['attack', 'magic', '--out', 'x'], 3, /no method "magic". There are: fgsm, .*carlini-wagner-l2/],
    [['attack', 'pgd-l2', '--out', 'x', '--param', 'epsilon=3'], 2, /no parameter "epsilon"; it has: radius/],
    [['attack', 'fgsm'], 2, /--out/],
    [['attack', 'fgsm', '--out', 'x', '--eot', 'noise:loud'], 2, /names with strengths/],
    [['attack', 'fgsm', '--out', 'x', '--bpda', 'jpeg,contrast'], 2, /one transformation/],
  ])('%j ends with %d', async (args, code, words) => {
    let printed = ''
    const out = { write: (text: string) => (printed += text) }
    const openLab = (): never => {
      throw new Error('An attack needs no lab.')
    }
    expect(await run(args, new Cli({ out, err: out, now: () => 0, openLab }))).toBe(code)
    expect(printed).toMatch(words)
  })
})
