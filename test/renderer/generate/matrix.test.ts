import { describe, expect, it } from 'vitest'
import type { AttackDescription } from '#contract/attacks'
import { matrixOf, settingInWork } from '#renderer/pages/generate/matrix'
import { lostWith } from '#renderer/pages/generate/lostWith'
import { anExperiment } from '../../support/experiment'

const integer = { kind: 'integer' as const, title: 'Steps', help: '', default: 0, min: 0, max: 100 }
const attack = (id: string, title: string): AttackDescription => ({
  id,
  title,
  paper: 'Somebody 2016',
  norm: 'linf',
  access: 'gradient',
  targets: 'none',
  params: { epsilon: { ...integer, title: 'Epsilon' }, steps: integer },
  experiment: true,
})
const attacks = [attack('fgsm', 'Fast gradient sign'), attack('bim', 'Basic iterative')]
const setting = (attack: string, epsilon: number, steps = 0) => ({
  id: `${attack}-eps${epsilon}-steps${steps}`,
  attack,
  params: { epsilon, steps },
})

describe('matrixOf', () => {
  it('has a row for each method and a column for each epsilon, the greatest first, with gaps where nothing is', () => {
    const { epsilons, rows } = matrixOf([setting('bim', 2), setting('fgsm', 16), setting('bim', 16)], attacks)
    expect(epsilons).toEqual([16, 2])
    expect(rows.map(({ title }) => title)).toEqual(['Basic iterative', 'Fast gradient sign'])
    expect(rows.map(({ settings }) => settings.map((cell) => cell?.id ?? null))).toEqual([
      ['bim-eps16-steps0', 'bim-eps2-steps0'],
      ['fgsm-eps16-steps0', null],
    ])
  })

  it('keeps one method with other parameters apart, and says what differs', () => {
    const { rows } = matrixOf([setting('bim', 8), setting('bim', 8, 10), setting('bim', 4, 10)], attacks)
    expect(rows.map(({ title, note }) => [title, note])).toEqual([
      ['Basic iterative', ''],
      ['Basic iterative', 'Steps 10'],
    ])
    expect(rows[1]!.settings.map((cell) => cell?.id)).toEqual(['bim-eps8-steps10', 'bim-eps4-steps10'])
  })

  it('shows settings of attacks that it does not know', () => {
    expect(matrixOf([setting('new', 4)], attacks).rows[0]).toMatchObject({ title: 'new', note: '' })
  })
})

describe('settingInWork', () => {
  const candidates = [
    { id: 'a', title: 'Fast gradient sign, ε = 16' },
    { id: 'b', title: 'Fast gradient sign, ε = 1' },
  ]
  const running = (phase: string, done: number) => ({ state: 'running', phase, done })

  it('is the one whose title the run tells, as far as its fraction says', () => {
    const found = settingInWork(running('Fast gradient sign, ε = 1', 3.25), candidates)
    expect(found).toEqual({ id: 'b', share: 0.25 })
  })

  it('is known of a run of all steps too, but not how far it is', () => {
    const phase = 'adversarial images: Fast gradient sign, ε = 16'
    expect(settingInWork(running(phase, 12.5), candidates)).toEqual({ id: 'a', share: null })
  })

  it('is none in other phases, of a job that waits, and without a job', () => {
    expect(settingInWork(running('sheets', 1), candidates)).toBeNull()
    expect(settingInWork({ ...running(candidates[0]!.title, 1), state: 'waiting' }, candidates)).toBeNull()
    expect(settingInWork(undefined, candidates)).toBeNull()
  })
})

describe('lostWith', () => {
  it('names what rests on the images, and nothing that is not there', () => {
    const { steps } = anExperiment()
    const done = { done: 1, total: 1, at: '2026-01-02T03:04:05.000Z' }
    expect(lostWith(anExperiment())).toEqual([])
    const captured = { ...done, done: 9, total: 9 }
    const late = anExperiment({ steps: { ...steps, printed: done, captured, reported: done } })
    expect(lostWith(late)).toEqual(['the sheets', '9 captured sheets, with the crops', 'the report'])
  })
})
