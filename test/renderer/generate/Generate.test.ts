import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Experiment } from '#contract/experiment'
import { HostError, type BlobRef } from '#contract/host'
import { FakeHost, type Script } from '#renderer/host/fake'
import { AppState } from '#renderer/state/AppState.svelte'
import Generate from '../../../src/renderer/src/pages/generate/Generate.svelte'
import WithApp from '../WithApp.svelte'
import { anExperiment } from '../../support/experiment'
import { generated, images } from './documents'

const settings = [8, 4].map((epsilon) => ({ id: `fgsm-eps${epsilon}`, attack: 'fgsm', params: { epsilon } }))
const part = { done: 1, total: 2, at: '2026-01-02T03:04:05.000Z' }

/** Files at addresses that the page can fetch. */
class Files extends FakeHost {
  override blobUrl({ experiment, path }: BlobRef): string {
    return `http://lab/${experiment}/${path}`
  }
}

let host: Files

function show(change: Partial<Experiment> = {}, script: Script = {}): void {
  const steps = { ...anExperiment().steps, generated: part }
  const experiment = anExperiment({ settings, steps, cases: ['average'], ...change })
  host = new Files({
    'experiment.list': () => [],
    'experiment.read': () => experiment,
    'model.list': () => [],
    'attack.list': () => [
      {
        id: 'fgsm',
        title: 'Fast gradient sign',
        paper: 'Kurakin 2016',
        norm: 'linf',
        access: 'gradient',
        targets: 'none',
        params: {},
        experiment: true,
      },
    ],
    'transform.list': () => [],
    ...script,
  })
  const files: Record<string, unknown> = {
    'http://lab/try/images/images.json': images,
    'http://lab/try/images/fgsm-eps8/setting.json': generated,
  }
  vi.stubGlobal('fetch', (url: string) => {
    const file = files[url.split('?')[0]!]
    return Promise.resolve(file ? new Response(JSON.stringify(file)) : new Response(null, { status: 404 }))
  })
  const app = new AppState(host, window)
  app.follow('try')
  render(WithApp, { app, page: Generate })
}

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

const sentGenerate = () => host.sent.filter(({ name }) => name === 'generate').map(({ input }) => input)

describe('Generate', () => {
  it('shows each cell’s success, and runs what is missing', async () => {
    let finish: () => void = () => undefined
    show(
      {},
      {
        generate: (_, { progress }) => {
          progress('Fast gradient sign, ε = 4', 0.5, 1)
          return new Promise((resolve) => (finish = () => resolve({ settings: [] })))
        },
      },
    )
    expect(await screen.findByText('75 %')).toBeTruthy()
    expect(screen.getByText('Not made')).toBeTruthy()
    await fireEvent.click(screen.getByRole('button', { name: 'Make the other 1' }))
    expect(await screen.findByText('Being made')).toBeTruthy()
    const cell = screen.getByRole('button', { name: /ε = 4: Being made/ })
    expect(within(cell).getByText('50 %')).toBeTruthy()
    expect(sentGenerate()).toEqual([{ experiment: 'try', job: 'generate/try' }])
    finish()
    await waitFor(() => expect(screen.queryByText('Being made')).toBeNull())
  })

  it('runs what was chosen, and asks before it throws away what is made', async () => {
    show({}, { generate: () => ({ settings: [] }) })
    await screen.findByText('75 %')
    await fireEvent.click(screen.getByRole('button', { name: 'Fast gradient sign' }))
    await fireEvent.click(screen.getByRole('button', { name: 'Make 1 again' }))
    expect(sentGenerate()).toEqual([])
    const dialog = await screen.findByRole('dialog')
    await fireEvent.click(within(dialog).getByRole('button', { name: 'Throw away and make again' }))
    expect(sentGenerate()).toEqual([
      { experiment: 'try', job: 'generate/try', settings: ['fgsm-eps8'], again: true },
    ])
  })

  it('says why a run could not start, but takes a cancel for no failure', async () => {
    let fail: (() => void) | undefined
    show(
      {},
      {
        generate: () =>
          new Promise((_, reject) => (fail = () => reject(new HostError('storage', 'The disk is full.')))),
      },
    )
    await screen.findByText('75 %')
    const start = (): Promise<unknown> =>
      fireEvent.click(screen.getByRole('button', { name: 'Make the other 1' }))
    await start()
    await fireEvent.click(await screen.findByRole('button', { name: 'Cancel' }))
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Cancel' })).toBeNull())
    await new Promise((resolve) => setTimeout(resolve))
    expect(document.querySelectorAll('[data-toast]')).toHaveLength(0)
    await start()
    await screen.findByRole('button', { name: 'Cancel' })
    fail!()
    expect(await screen.findByText('The disk is full.')).toBeTruthy()
  })

  it('opens another cell’s images in place of the first one’s', async () => {
    show()
    expect(await screen.findByRole('heading', { name: 'Fast gradient sign, ε = 8' })).toBeTruthy()
    await fireEvent.click(screen.getByRole('button', { name: /ε = 4: Not made/ }))
    expect(screen.getByRole('heading', { name: 'Fast gradient sign, ε = 4' })).toBeTruthy()
    expect(screen.getByText('These images are not made yet')).toBeTruthy()
  })
})
