import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Experiment } from '#contract/experiment'
import { layoutOptions } from '#core/sheet/experimentLayout'
import { FakeHost } from '#renderer/host/fake'
import { PrintDraft } from '#renderer/pages/print/PrintDraft.svelte'
import type { ExperimentView } from '#renderer/state/experiment.svelte'

const step = (done: number, total = 1) => ({ done, total, at: null })

function experiment(change: Partial<Experiment['steps']> = {}): Experiment {
  return {
    schema: 1,
    id: 'demo',
    name: 'Demo',
    created: '2026-01-02T03:04:05.000Z',
    model: {
      name: 'signs',
      path: null,
      labels: null,
      sha256: '0',
      classes: ['a', 'b'],
      input: { channels: 3, height: 128, width: 128 },
    },
    images: { kind: 'signs', split: 'test', seed: '1' },
    count: 10,
    seed: '1',
    cases: ['average'],
    prefilter: { confidence: 0.8, searchLimit: 100 },
    settings: [
      { id: 'fgsm-eps16', attack: 'fgsm', params: { epsilon: 16 } },
      { id: 'bim-eps16', attack: 'bim', params: { epsilon: 16 } },
    ],
    sheets: { paper: 'A4', orientation: 'portrait', imageMm: null, columns: null, margin: 10 },
    capture: { kind: 'photos' },
    environment: { halftone: '', node: '', os: '', cpu: '', provider: '', onnxruntime: '' },
    steps: {
      generated: step(2, 2),
      printed: step(0),
      captured: step(0, 0),
      scored: step(0),
      studied: step(0),
      reported: step(0),
      ...change,
    },
  }
}

let host: FakeHost
let failures: unknown[]
const sent = () => host.sent.filter(({ name }) => name === 'experiment.configure').map(({ input }) => input)

/** The experiment as a page sees it, changed as the lab would change it. */
function draftOf(start: Experiment): PrintDraft {
  let now = start
  const view = {
    id: 'demo',
    get experiment() {
      return now
    },
    get sheets() {
      return now.steps.printed.done > 0 ? { layout: layoutOptions(start), sheets: [] } : undefined
    },
    images: undefined,
    generated: () => undefined,
    refresh: () => Promise.resolve(),
  } as unknown as ExperimentView
  host = new FakeHost({
    'experiment.configure': ({ sheets, capture }) => {
      now = { ...now, sheets: sheets ?? now.sheets, capture: capture ?? now.capture }
      return now
    },
  })
  failures = []
  return new PrintDraft(view, host, (error) => failures.push(error))
}

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('PrintDraft', () => {
  it('writes changes by itself, once they have settled, while nothing is lost by it', async () => {
    const draft = draftOf(experiment())
    draft.change({ margin: 12 })
    draft.change({ margin: 14 })
    expect(draft.layout?.options.margin).toBe(14)
    expect(sent()).toEqual([])
    await vi.advanceTimersByTimeAsync(600)
    expect(sent()).toEqual([
      expect.objectContaining({ sheets: expect.objectContaining({ margin: 14 }) as unknown }),
    ])
    draft.change({ paper: 'Letter' })
    draft.leave()
    await vi.advanceTimersByTimeAsync(0)
    expect(sent()).toHaveLength(2)
  })

  it('lets changes wait when they take sheets and photos away, and says what', async () => {
    const draft = draftOf(experiment({ printed: step(1), captured: step(2, 3), scored: step(1) }))
    draft.change({ columns: 2 })
    await vi.advanceTimersByTimeAsync(2000)
    draft.leave()
    expect(sent()).toEqual([])
    expect(draft.undoes).toEqual(['the sheets (sheets.pdf)', 'photos and crops of 2 sheets', 'the scores'])
    draft.discard()
    expect(draft.undoes).toEqual([])
    expect(draft.layout?.pairColumns).toBe(3)
    draft.change({ columns: 2 })
    expect(await draft.apply()).toBe(true)
    expect(sent()).toHaveLength(1)
  })

  it('does not say that sheets are lost which come out the same', () => {
    const draft = draftOf(experiment({ printed: step(1), captured: step(3, 3) }))
    draft.changeCamera({ kind: 'photos', camera: '12MP' })
    expect(draft.undoes).toEqual([])
    draft.changeCamera({ kind: 'photos', camera: '720p' })
    expect(draft.undoes).toEqual(['the sheets (sheets.pdf)', 'photos and crops of 3 sheets'])
    expect(draft.layout!.dotsPerPixel).toBeGreaterThan(5)
  })

  it('says why nothing fits, and does not write it', async () => {
    const draft = draftOf(experiment())
    draft.change({ imageMm: 150 })
    expect(draft.layout).toBe(null)
    expect(draft.problem).toMatch(/do not fit.*To make them fit/)
    await vi.advanceTimersByTimeAsync(2000)
    expect(sent()).toEqual([])
    expect(await draft.apply()).toBe(false)
  })

  it('tells what the lab refuses, and keeps the change on the page', async () => {
    const draft = draftOf(experiment())
    host.script = {
      'experiment.configure': () => {
        throw new Error('Somebody else writes to it.')
      },
    }
    draft.change({ margin: 20 })
    await vi.advanceTimersByTimeAsync(600)
    expect(failures).toHaveLength(1)
    expect(draft.sheets?.margin).toBe(20)
  })

  it('counts the pairs to come before the images are made', () => {
    const draft = draftOf(experiment({ generated: step(0, 2) }))
    expect(draft.pairs).toBe(null)
    expect(draft.pairCount).toBe(20)
    expect(draft.facts?.sheets).toBe(1)
  })
})
