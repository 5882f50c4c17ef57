import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Experiment } from '#contract/experiment'
import type { BlobRef } from '#contract/host'
import { layoutOptions } from '#core/sheet/experimentLayout'
import { FakeHost } from '#renderer/host/fake'
import { AppState } from '#renderer/state/AppState.svelte'
import Print from '../../../src/renderer/src/pages/print/Print.svelte'
import { anExperiment } from '../../support/experiment'
import { generated, images } from '../generate/documents'
import WithApp from '../WithApp.svelte'

class Files extends FakeHost {
  override blobUrl({ experiment, path }: BlobRef): string {
    return `http://lab/${experiment}/${path}`
  }
}

const settings = [{ id: 'fgsm-eps8', attack: 'fgsm', params: { epsilon: 8 } }]
const all = (total = 1) => ({ done: total, total, at: '2026-01-02T03:04:05.000Z' })
let host: Files
let now: Experiment

function show(printed: boolean): void {
  const steps = { ...anExperiment().steps, generated: all(), ...(printed ? { printed: all() } : {}) }
  now = anExperiment({ settings, steps, cases: ['average'] })
  host = new Files({
    'experiment.list': () => [],
    'experiment.read': () => now,
    'model.list': () => [],
    'attack.list': () => [],
    'transform.list': () => [],
    'experiment.configure': ({ sheets, capture }) => {
      now = { ...now, sheets: sheets ?? now.sheets, capture: capture ?? now.capture }
      return now
    },
    sheets: () => {
      now = { ...now, steps: { ...now.steps, printed: all() } }
      return { file: 'sheets/sheets.pdf', sheets: 1, pairs: 5 }
    },
  })
  const pairs = generated.images.map(({ image }) => ({ setting: 'fgsm-eps8', image }))
  const list = { code: 'ABC123', pdf: 'x', layout: layoutOptions(now), sheets: [{ sheet: 1, pairs }] }
  const files = (): Record<string, unknown> => ({
    'http://lab/try/images/images.json': images,
    'http://lab/try/images/fgsm-eps8/setting.json': generated,
    ...(now.steps.printed.done > 0 ? { 'http://lab/try/sheets/sheets.json': list } : {}),
  })
  vi.stubGlobal('fetch', (url: string) => {
    const file = files()[url.split('?')[0]!]
    return Promise.resolve(file ? new Response(JSON.stringify(file)) : new Response(null, { status: 404 }))
  })
  const app = new AppState(host, window)
  app.follow('try')
  render(WithApp, { app, page: Print })
}

const sent = (name: string) => host.sent.filter((entry) => entry.name === name).map(({ input }) => input)

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

describe('Print', () => {
  it('draws each pair in its place, and makes the sheets with what was changed a moment before', async () => {
    show(false)
    const sheet = await screen.findByRole('img', {
      name: 'Sheet 1 of 1: 5 pairs, clean left, adversarial right',
    })
    await waitFor(() => expect(sheet.querySelectorAll('image')).toHaveLength(10))
    expect(sheet.querySelectorAll('image')[1]!.getAttribute('href')).toContain('images/fgsm-eps8/0.png')
    await fireEvent.click(screen.getByRole('radio', { name: 'Letter' }))
    await fireEvent.click(screen.getByRole('button', { name: 'Make the sheets' }))
    await waitFor(() => expect(sent('sheets')).toHaveLength(1))
    expect(sent('experiment.configure')).toMatchObject([{ sheets: { paper: 'Letter' } }])
  })

  it('prints after saying at what size, and lets the PDF be kept', async () => {
    show(true)
    await fireEvent.click(await screen.findByRole('button', { name: 'Export PDF' }))
    expect(host.saved).toEqual([
      { ref: { experiment: 'try', path: 'sheets/sheets.pdf' }, name: 'try-sheets.pdf' },
    ])
    await fireEvent.click(screen.getByRole('button', { name: 'Print' }))
    expect(screen.getByText(/Scale 100 %/)).toBeTruthy()
    expect(host.printed).toEqual([])
    await fireEvent.click(screen.getByRole('button', { name: 'Open the print dialog' }))
    expect(host.printed).toEqual([{ experiment: 'try', path: 'sheets/sheets.pdf' }])
  })

  it('asks before sheets are lost, and says what a camera cannot see', async () => {
    show(true)
    await screen.findByRole('button', { name: 'Export PDF' })
    await fireEvent.change(screen.getByLabelText('Camera'), { target: { value: 'photos:720p' } })
    await fireEvent.click(screen.getByLabelText('Image width that suits the camera'))
    await fireEvent.input(screen.getByLabelText('Image width'), { target: { value: '2.7' } })
    expect(await screen.findByText(/Applying this removes the sheets/)).toBeTruthy()
    expect(screen.getAllByText(/camera pixels; /).length).toBeGreaterThan(0)
    expect(sent('experiment.configure')).toEqual([])
    await fireEvent.click(screen.getByRole('button', { name: 'Apply' }))
    await waitFor(() =>
      expect(sent('experiment.configure')).toMatchObject([
        { sheets: { imageMm: 2.7 }, capture: { kind: 'photos', camera: '720p' } },
      ]),
    )
  })
})
