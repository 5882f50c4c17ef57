import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { costOf, showProgress } from '#cli/attackProgress'
import type { AttackResults } from '#cli/attackImages'
import { drawsOf, type Through } from '#core/models/wrappers/through'
import { temporaryFolder } from '../support/temporary'

const program = join(import.meta.dirname, '../../out/cli.js')

async function attacked(...args: string[]): Promise<{ results: AttackResults; said: string }> {
  const out = join(await temporaryFolder(), 'out')
  const usual = ['--count', '1', '--provider', 'cpu', '--threads', '1', '--out', out]
  const { stderr } = await promisify(execFile)(process.execPath, [program, 'attack', ...args, ...usual])
  const results = JSON.parse(await readFile(join(out, 'results.json'), 'utf8')) as AttackResults
  return { results, said: stderr }
}

const through = (names: string, draws?: number): Through => ({
  eot: { effects: names.split(',').map((name) => ({ name })), ...(draws !== undefined && { draws }) },
})

describe('halftone attack through wrappers, as it is built', () => {
  it('attacks the expectation over draws, says what they cost, and counts them', async () => {
    const { results, said } = await attacked(
      ...'pgd --param steps=2 --eot noise:8,contrast --draws 2'.split(' '),
    )
    const effects = [{ name: 'noise', strength: 8 }, { name: 'contrast' }]
    expect(results.through).toEqual({ eot: { effects, draws: 2 } })
    expect(results.results[0]).toMatchObject({ gradients: 4, queries: 0 })
    expect(results.results[0]!.plain).toEqual(expect.any(String))
    expect(said).toContain('mean of 2 draws of noise, contrast; the judge takes 16 of its own')
    expect(said).toContain('at most 52 draws for 1 image.')
  })

  it.each([
    [['--bpda', 'jpeg:75'], { bpda: { name: 'jpeg', strength: 75 } }],
    [['--smooth', '1.5'], { smooth: 1.5 }],
  ])('takes %j', async (args, wrappers) => {
    const { results, said } = await attacked('pgd', '--param', 'steps=2', ...args)
    expect(results.through).toEqual(wrappers)
    expect(results.results[0]).toMatchObject({ gradients: 2 })
    expect(results.results[0]!.l0).toBeGreaterThan(0)
    expect(said).not.toContain('draws')
  })
})

describe('what an expectation costs', () => {
  it('is fewer draws where each is a photo, and what was asked for in any case', () => {
    expect(drawsOf(through('noise,pose').eot!)).toEqual({ attacker: 8, judge: 16 })
    expect(drawsOf(through('noise,print-camera').eot!)).toEqual({ attacker: 4, judge: 8 })
    expect(drawsOf(through('noise', 2).eot!)).toEqual({ attacker: 2, judge: 16 })
    expect(drawsOf(through('print-camera', 30).eot!)).toEqual({ attacker: 30, judge: 30 })
  })

  it('is foreseen where the attack has so many steps, and left open where it searches', () => {
    const cost = (attack: string, params: Record<string, number>) =>
      costOf({ attack, params, through: through('noise', 3) }, 2)!.most
    expect(cost('fgsm', {})).toBe(2 * (1 * 3 + 3 * 16))
    expect(cost('bim', { epsilon: 8 })).toBe(2 * (10 * 3 + 3 * 16))
    expect(cost('pgd', { steps: 5, restarts: 2 })).toBe(2 * (12 * 3 + 3 * 16))
    // One more answer to choose the class by.
    expect(cost('leastLikely', { steps: 4 })).toBe(2 * (4 * 3 + 3 + 3 * 16))
    expect(cost('carliniWagnerL2', {})).toBeUndefined()
    expect(costOf({ attack: 'fgsm', params: {}, through: { smooth: 1 } }, 2)).toBeUndefined()
  })

  it('is said once, and draws move the line before the first image is done', () => {
    const notes: string[] = []
    const updates: unknown[] = []
    const line = { note: (text: string) => notes.push(text), update: (event: unknown) => updates.push(event) }
    const request = {
      attack: 'fgsm',
      params: {},
      through: through('noise', 3),
      images: { kind: 'signs', split: 'test', seed: '1' },
      count: 2,
      seed: '1',
      target: undefined,
      out: 'out',
    } as const
    const show = showProgress(request, line)
    show({ done: 0, total: 2, fraction: 0 })
    show({ done: 0, total: 2, fraction: 0, draws: 51 })
    show({ done: 1, total: 2, fraction: 0.5, draws: 70 })
    expect(notes.length).toBe(1)
    expect(updates).toEqual([
      { phase: 'image 0 of 2', done: 0, total: 1 },
      { phase: 'image 0 of 2, 51 draws', done: 51, total: 102 },
      { phase: 'image 1 of 2, 70 draws', done: 70, total: 102 },
    ])
  })
})
