import { describe, expect, it } from 'vitest'
import { commands } from '#contract/commands'
import { embeddedModelId } from '#contract/embedded'
import type { ShelfModel } from '#contract/models'
import { draftOf, newExperimentOf, paperDraft } from '#renderer/pages/setup/DraftData'
import { parseEpsilons } from '#renderer/pages/setup/epsilons'
import { isUntouched, keepDraft, restoreDraft } from '#renderer/pages/setup/ExperimentDraft.svelte'
import { fieldOf, problemsOf } from '#renderer/pages/setup/problems'
import { anExperiment } from '../../support/experiment'

const shelfModel = (id: string, path: string | null): ShelfModel => ({
  id,
  name: id,
  path,
  labels: null,
  added: null,
  size: 1,
  input: { channels: 3, height: 16, width: 16 },
  classes: ['red', 'green'],
  differentiable: { ok: true },
  profile: null,
  problem: null,
})
const models = [shelfModel(embeddedModelId, null), shelfModel('own', '/models/own.onnx')]

function memory(text: string | null = null) {
  let kept = text
  return {
    getItem: () => kept,
    setItem: (_: string, value: string) => void (kept = value),
    removeItem: () => void (kept = null),
  }
}

describe('a draft', () => {
  it('is at first the paper’s experiment, as the lab takes it', () => {
    const asked = newExperimentOf({ ...paperDraft(), name: 'First' }, models)
    expect(commands['experiment.create'].input.safeParse(asked).success).toBe(true)
    expect(asked.settings).toHaveLength(12)
    expect(asked.settings[0]).toEqual({ attack: 'fgsm', params: { epsilon: 16 } })
    expect(asked).not.toHaveProperty('model')
    expect(asked.prefilter.searchLimit).toBe(4 * asked.count)
  })

  it('names the file of a model on the shelf or of one’s own, with what was said of it', () => {
    const shelf = newExperimentOf({ ...paperDraft(), model: { kind: 'shelf', id: 'own' } }, models)
    expect(shelf.model).toEqual({ path: '/models/own.onnx' })
    const model = {
      kind: 'file' as const,
      path: '/a.onnx',
      labels: '/a.txt',
      profile: { range: '0..255' as const },
    }
    const own = newExperimentOf({ ...paperDraft(), model }, models)
    expect(own.model).toEqual({ path: '/a.onnx', labels: '/a.txt', profile: { range: '0..255' } })
  })

  it('comes from an experiment so that making it again asks for the same', () => {
    const experiment = anExperiment({
      images: { kind: 'folder', path: '/pictures', fit: 'pad' },
      settings: [8, 4].flatMap((epsilon) => ({
        id: `bim-eps${epsilon}`,
        attack: 'bim',
        params: { epsilon, alpha: 2, steps: 0 },
      })),
      capture: { kind: 'photos', camera: '1080p' },
    })
    const asked = newExperimentOf(draftOf(experiment, models), models)
    expect(asked.images).toEqual(experiment.images)
    expect(asked.settings).toEqual(experiment.settings.map(({ attack, params }) => ({ attack, params })))
    expect(asked.prefilter).toEqual(experiment.prefilter)
    expect(asked.cases).toEqual(experiment.cases)
    expect(asked.capture).toEqual(experiment.capture)
    expect(asked.sheets).toEqual(experiment.sheets)
  })

  it('outlives the page', () => {
    const store = memory()
    const draft = { ...paperDraft(), name: 'Half done', count: 7, methods: ['bim'] }
    keepDraft(store, draft)
    expect(restoreDraft(store)).toEqual(draft)
    expect(isUntouched(paperDraft())).toBe(true)
    expect(isUntouched(draft)).toBe(false)
  })

  it('begins anew from what is not a draft, and fills what an older one lacks', () => {
    expect(restoreDraft(memory('{"name": "cut'))).toEqual(paperDraft())
    expect(restoreDraft(memory('7'))).toEqual(paperDraft())
    expect(restoreDraft(memory('{"name":"Old","count":"many","unknown":1}'))).toEqual({
      ...paperDraft(),
      name: 'Old',
    })
  })

  it('says that it is there even where nothing can be stored', () => {
    const full = {
      ...memory(),
      setItem: () => {
        throw new Error('quota')
      },
    }
    expect(() => keepDraft(full, paperDraft())).not.toThrow()
  })
})

describe('parseEpsilons', () => {
  it.each([
    ['16, 8,4 2', [16, 8, 4, 2]],
    ['0.5;8', [0.5, 8]],
    ['8 8 8', [8]],
  ])('reads %s', (text, values) => {
    expect(parseEpsilons(text)).toEqual({ values, problem: null })
  })

  it.each(['', '8, eight', '0', '256', '-4'])('refuses "%s"', (text) => {
    expect(parseEpsilons(text).problem).toMatch(/^Expected/)
  })
})

describe('problems', () => {
  it('has nothing against the paper’s experiment but that it has no name', () => {
    expect(problemsOf(paperDraft())).toEqual({ name: 'Expected a name.' })
  })

  it('names each field that is missing or wrong', () => {
    const wrong = problemsOf({
      ...paperDraft(),
      name: 'x',
      model: { kind: 'file', path: null, labels: null, profile: {} },
      source: 'folder',
      count: 2.5,
      seed: ' ',
      average: false,
      prefiltered: false,
      methods: [],
    })
    expect(Object.keys(wrong).sort()).toEqual(['cases', 'count', 'images', 'model', 'seed', 'settings'])
  })

  it('finds the field that the lab’s refusal speaks of', () => {
    const folder = { ...paperDraft(), source: 'folder' as const, path: '/pictures' }
    const field = (code: string, message: string) => fieldOf({ code, message }, folder)
    const zod = 'experiment.create: ✖ Too big: expected number to be <=100000\n  → at count'
    expect(field('invalid-argument', zod)).toBe('count')
    expect(field('not-differentiable', 'The operator Foo has no gradient.')).toBe('model')
    expect(field('does-not-fit', 'The images do not fit.')).toBe('sheets')
    expect(field('not-found', 'Expected a folder of pictures at /pictures, found none.')).toBe('images')
    expect(field('not-found', 'The model signs.onnx has no class "0", so digits mean nothing to it.')).toBe(
      'images',
    )
    expect(field('invalid-argument', 'Attack bim: expected steps from 0 to 100000, got -1.')).toBe('settings')
    expect(field('invalid-argument', 'The simulator has no level "wild".')).toBe('capture')
    expect(field('storage', 'The disk is full.')).toBeNull()
  })
})
