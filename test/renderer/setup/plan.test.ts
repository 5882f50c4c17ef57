import { describe, expect, it } from 'vitest'
import type { Experiment } from '#contract/experiment'
import type { Speed } from '#contract/models'
import { changeOf, inputOfChange } from '#renderer/pages/setup/changeOf'
import { draftOf, newExperimentOf, paperDraft } from '#renderer/pages/setup/DraftData'
import { attackTime, planOf } from '#renderer/pages/setup/plan'
import { problemsOf } from '#renderer/pages/setup/problems'
import { undoneBy } from '#renderer/pages/setup/undoneBy'
import { anExperiment } from '../../support/experiment'

const input = { channels: 3, height: 128, width: 128 }
const draft = paperDraft()
const wanted = { ...newExperimentOf(draft, []), sheets: draft.sheets }
const done = { done: 1, total: 1, at: '2026-01-02T03:04:05.000Z' }

describe('planOf', () => {
  it('counts settings, pairs and pages, from what is sure to what can be', () => {
    const plan = planOf(wanted, input)
    expect(plan).toMatchObject({ settings: 12, pairs: { least: 288, most: 576 }, misfit: null })
    expect(plan.pages!.most).toBe(2 * plan.pages!.least)
    expect(planOf({ ...wanted, cases: ['average'] }, input).pairs).toEqual({ least: 288, most: 288 })
    expect(planOf({ ...wanted, cases: ['prefiltered'] }, input).pairs).toEqual({ least: 0, most: 288 })
  })

  it('says why images do not fit, and has no pages where the model is not known', () => {
    const tall = planOf({ ...wanted, sheets: { ...draft.sheets, imageMm: 290 } }, input)
    expect(tall.pages).toBeNull()
    expect(tall.misfit).toMatch(/fit/)
    expect(planOf(wanted, null)).toMatchObject({ pages: null, misfit: null })
  })
})

describe('attackTime', () => {
  const speed: Speed = { provider: 'cpu', threads: 2, runs: [{ batch: 8, forward: 1, gradient: 10 }] }

  it('counts the gradients of the paper’s methods', () => {
    const settings = [
      { attack: 'fgsm', params: { epsilon: 8 } },
      { attack: 'bim', params: { epsilon: 16 } },
      { attack: 'leastLikely', params: { epsilon: 16, steps: 3 } },
    ]
    // 1, min(20, 20) and 3 gradients, and one more look at each image.
    const image = (1 + 20 + 3) * 10 + 3
    const cost = attackTime(
      { ...wanted, settings, count: 10, prefilter: { confidence: 0.8, searchLimit: 25 } },
      speed,
    )
    expect(cost).toEqual({ time: { least: 10 * image, most: 25 * image }, unknown: [] })
  })

  it('names methods whose cost it cannot know, and knows nothing without gradients', () => {
    const settings = [4, 2].map((epsilon) => ({ attack: 'pgd', params: { epsilon } }))
    expect(attackTime({ ...wanted, settings }, speed)).toEqual({
      time: { least: 0, most: 0 },
      unknown: ['pgd'],
    })
    const scores = { ...speed, runs: [{ batch: 8, forward: 1, gradient: null }] }
    expect(attackTime(wanted, scores)).toBeNull()
  })
})

describe('changing an experiment', () => {
  const setting = (epsilon: number) => ({
    id: `bim-eps${epsilon}`,
    attack: 'bim',
    params: { epsilon, alpha: 1, steps: 0 },
  })
  const { steps } = anExperiment()
  const experiment: Experiment = anExperiment({
    settings: [setting(8), setting(4)],
    steps: {
      ...steps,
      generated: { ...done, done: 2, total: 2 },
      printed: done,
      captured: { ...done, done: 3, total: 3 },
    },
  })
  const before = draftOf(experiment, [])
  const made = new Set(['bim-eps8', 'bim-eps4'])
  const undone = (change: Partial<typeof before>): string[] =>
    undoneBy(
      experiment,
      changeOf(experiment, inputOfChange('try', before, { ...before, ...change }), []),
      made,
    )

  it('begins with nothing wrong', () => {
    expect(problemsOf(before)).toEqual({})
    const own = { ...experiment.model, path: '/models/own.onnx' }
    expect(problemsOf(draftOf({ ...experiment, model: own }, []))).toEqual({})
  })

  it('asks only for what is another than before', () => {
    expect(inputOfChange('try', before, { ...before })).toEqual({ experiment: 'try' })
    expect(inputOfChange('try', before, { ...before, name: 'Other ' })).toEqual({
      experiment: 'try',
      name: 'Other',
    })
    const sheets = { ...before.sheets, paper: 'Letter' as const }
    expect(inputOfChange('try', before, { ...before, sheets })).toEqual({ experiment: 'try', sheets })
  })

  it('warns of what a change undoes', () => {
    expect(undone({ name: 'Other' })).toEqual([])
    expect(undone({ epsilons: '8' })).toEqual([
      'the adversarial images of 1 setting',
      'the sheets, also those that are on paper',
      '3 captured sheets with photos and crops',
    ])
    expect(undone({ epsilons: '8, 4, 2' })).toHaveLength(2)
    expect(undone({ level: 'hostile' })).toEqual(['3 captured sheets with photos and crops'])
  })

  it('does not take a setting for another because its parameters stand in another order', () => {
    const asked = {
      experiment: 'try',
      settings: [{ attack: 'bim', params: { steps: 0, alpha: 1, epsilon: 8 } }],
    }
    expect(changeOf(experiment, asked, []).lost.map(({ id }) => id)).toEqual(['bim-eps4'])
    expect(changeOf(experiment, asked, []).gained).toBe(0)
  })
})
