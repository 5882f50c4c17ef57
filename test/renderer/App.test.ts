import { cleanup, render, screen } from '@testing-library/svelte'
import { flushSync } from 'svelte'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FakeHost } from '#renderer/host/fake'
import { AppState } from '#renderer/state/AppState.svelte'
import App from '../../src/renderer/src/App.svelte'
import { anExperiment } from '../support/experiment'

let app: AppState

beforeEach(() => {
  localStorage.clear()
  const host = new FakeHost({
    'experiment.list': () => [],
    'model.list': () => [],
    'attack.list': () => [],
    'transform.list': () => [],
    'experiment.read': () => anExperiment(),
  })
  app = new AppState(host, window)
})
afterEach(cleanup)

it('takes a page away as soon as another experiment is gone to, before the next page is loaded', async () => {
  app.router.go({ page: 'new', experiment: null })
  render(App, { app })
  await screen.findByRole('button', { name: 'Make the experiment' })
  app.router.go({ page: 'generate', experiment: 'try' })
  flushSync()
  expect(screen.queryByRole('button', { name: 'Make the experiment' })).toBeNull()
  await screen.findByRole('heading', { name: 'Generate' })
})
