import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Experiment } from '#contract/experiment'
import { HostError, type BlobRef } from '#contract/host'
import type { RefusedPhoto } from '#contract/steps'
import { layoutOptions } from '#core/sheet/experimentLayout'
import { FakeHost, type Script } from '#renderer/host/fake'
import { AppState } from '#renderer/state/AppState.svelte'
import Capture from '../../../src/renderer/src/pages/capture/Capture.svelte'
import { anExperiment } from '../../support/experiment'
import WithApp from '../WithApp.svelte'

class Files extends FakeHost {
  override blobUrl({ experiment, path }: BlobRef): string {
    return `http://lab/${experiment}/${path}`
  }
}

const all = (total = 1) => ({ done: total, total, at: '2026-01-02T03:04:05.000Z' })
let host: Files
let refused: RefusedPhoto[]

function show(change: Partial<Experiment>, script: Script = {}): void {
  const steps = { ...anExperiment().steps, generated: all(), printed: all() }
  const experiment = anExperiment({ steps, ...change })
  refused = []
  host = new Files({
    'experiment.list': () => [],
    'experiment.read': () => experiment,
    'model.list': () => [],
    'attack.list': () => [],
    'transform.list': () => [],
    ...script,
  })
  const sheets = [1, 2].map((sheet) => ({ sheet, pairs: [] }))
  const list = { code: 'ABC123', pdf: 'x', layout: layoutOptions(experiment), sheets }
  vi.stubGlobal('fetch', (url: string) => {
    const path = url.split('?')[0]!.replace('http://lab/try/', '')
    const file =
      path === 'sheets/sheets.json' ? list : path === 'photos/refused.json' ? { refused } : undefined
    return Promise.resolve(file ? new Response(JSON.stringify(file)) : new Response(null, { status: 404 }))
  })
  const app = new AppState(host, window)
  app.follow('try')
  render(WithApp, { app, page: Capture })
}

const sent = (name: string) => host.sent.filter((entry) => entry.name === name).map(({ input }) => input)
const choose = async (source: string) => fireEvent.click(await screen.findByRole('radio', { name: source }))

beforeEach(() => {
  localStorage.clear()
  vi.stubGlobal('matchMedia', () => ({ matches: false }))
  // Rows are always near here; happy-dom lays nothing out.
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      readonly #call: IntersectionObserverCallback
      constructor(call: IntersectionObserverCallback) {
        this.#call = call
      }

      observe(): void {
        queueMicrotask(() =>
          this.#call([{ isIntersecting: true } as IntersectionObserverEntry], this as never),
        )
      }

      disconnect(): void {
        // Nothing to end.
      }
    },
  )
})
afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
})

describe('Capture', () => {
  it('teaches the step before when there are no sheets', async () => {
    show({ steps: anExperiment().steps })
    expect(await screen.findByText('There are no sheets yet')).toBeTruthy()
  })

  it('reads files, leaves out what is no photo, and says what came of each', async () => {
    show(
      { capture: { kind: 'photos' } },
      {
        import: ({ paths }) => ({
          captured: 1,
          sheets: 2,
          refused: [],
          photos: paths.map((file) => ({
            file,
            sheets: file.includes('wrong') ? [] : [1],
            reason: file.includes('wrong') ? 'The photo shows a sheet of experiment OTHER1.' : null,
          })),
        }),
      },
    )
    await choose('Files')
    const input = screen.getByLabelText('Photos')
    const files = ['good.jpg', 'wrong.HEIC', 'notes.txt'].map((name) => new File(['x'], name))
    Object.defineProperty(input, 'files', { value: files, configurable: true })
    await fireEvent.change(input)
    const list = await screen.findByRole('region', { name: 'Photos' })
    await waitFor(() => expect(within(list).getByText('refused')).toBeTruthy())
    expect(within(list).getByText('sheet 1')).toBeTruthy()
    expect(host.uploaded.map(({ name }) => name)).toEqual(['good.jpg', 'wrong.HEIC'])
    expect(screen.getByText('1 file was left out: no photos.')).toBeTruthy()
  })

  it('reads a refused photo again with corners that were moved by keys', async () => {
    show(
      { capture: { kind: 'photos' } },
      {
        import: ({ paths: [file], corners }) => {
          const found = corners?.[file!]?.points[1].x === 880 - 10
          return {
            captured: 0,
            sheets: 2,
            refused: [],
            photos: [
              { file: file!, sheets: found ? [2] : [], reason: found ? null : 'Not at these corners.' },
            ],
          }
        },
      },
    )
    const photo = { file: 'photos/refused/a.jpg', width: 1000, height: 800 }
    refused = [
      { file: '/uploads/a.jpg', reason: 'No sheet was found.', photo },
      { file: '/uploads/b.txt', reason: 'No picture.' },
    ]
    const list = await screen.findByRole('region', { name: 'Refused photos' })
    expect(within(list).getByText('No picture.')).toBeTruthy()
    expect(within(list).getAllByRole('button', { name: 'Mark corners' })).toHaveLength(1)
    await fireEvent.click(within(list).getByRole('button', { name: 'Mark corners' }))
    await fireEvent.click(await screen.findByRole('button', { name: 'Read with these corners' }))
    expect(await screen.findByText('Not at these corners.')).toBeTruthy()
    const corner = screen.getByRole('button', { name: /^Corner 2 of 4/ })
    for (let i = 0; i < 10; i++) await fireEvent.keyDown(corner, { key: 'ArrowLeft', altKey: true })
    await fireEvent.click(screen.getByRole('button', { name: 'Read with these corners' }))
    expect(await screen.findByText('Sheet 2 was read with these corners.')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Read with these corners' })).toBe(null)
    expect(sent('import')).toMatchObject([{}, { paths: ['photos/refused/a.jpg'], corners: {} }])
  })

  it('opens the phone’s page when allowed, shows its address and photos, and closes it', async () => {
    const open = {
      open: true,
      experiment: 'try',
      urls: ['http://192.0.2.1:4680/token/'],
      phones: 0,
      photos: [],
    }
    const closed = { ...open, open: false, experiment: null, urls: [] }
    show(
      { capture: { kind: 'photos' } },
      { 'phone.state': () => closed, 'phone.open': () => open, 'phone.close': () => closed },
    )
    await choose('Phone')
    await fireEvent.click(await screen.findByRole('button', { name: 'Allow one phone' }))
    expect(await screen.findByText('http://192.0.2.1:4680/token/')).toBeTruthy()
    expect(screen.getByRole('img', { name: 'Address for the phone' })).toBeTruthy()
    const photo = {
      name: 'IMG_1.HEIC',
      state: 'refused',
      arrived: 1,
      sheets: [],
      reason: 'Too dark.',
    } as const
    host.tell('phone', { ...open, phones: 1, photos: [photo] })
    expect(await screen.findByText('Too dark.')).toBeTruthy()
    expect(screen.getByText('One phone is connected.')).toBeTruthy()
    await fireEvent.click(screen.getByRole('button', { name: 'Close the phone’s page' }))
    expect(await screen.findByRole('button', { name: 'Allow one phone' })).toBeTruthy()
  })

  it('warns before real photos are replaced by simulated ones, and the other way round', async () => {
    const steps = { ...anExperiment().steps, generated: all(), printed: all(), captured: all(2) }
    show(
      { capture: { kind: 'photos' }, steps },
      {
        simulate: () => {
          throw new HostError('cancelled', 'Cancelled.')
        },
      },
    )
    await choose('Simulator')
    expect(screen.getByText('The real photos are replaced')).toBeTruthy()
    await fireEvent.click(screen.getByRole('button', { name: 'Simulate print and photo' }))
    expect(sent('simulate')).toMatchObject([{ level: 'careful hand', resolution: '12MP', again: true }])
    cleanup()
    show({ capture: { kind: 'simulator', level: 'scanner', resolution: '1080p', seed: '1' }, steps })
    await choose('Files')
    expect(screen.getByText('The photos there are come from the simulator')).toBeTruthy()
  })

  it('says why there is no camera on an insecure page, and what to do', async () => {
    vi.stubGlobal('isSecureContext', false)
    show({ capture: { kind: 'photos' } })
    expect(await screen.findByText('This page may not use a camera')).toBeTruthy()
    expect(screen.getByText(/http:\/\/localhost/)).toBeTruthy()
  })
})
