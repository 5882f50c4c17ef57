import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HostError } from '#contract/host'
import { FakeHost, type Script } from '#renderer/host/fake'
import { AppState } from '#renderer/state/AppState.svelte'
import NewExperiment from '../../../src/renderer/src/pages/setup/NewExperiment.svelte'
import WithApp from '../WithApp.svelte'
import { anExperiment } from '../../support/experiment'

let host: FakeHost
let app: AppState

function show(script: Script = {}): void {
  host = new FakeHost({
    'experiment.list': () => [],
    'model.list': () => [],
    'attack.list': () => [],
    'transform.list': () => [],
    'experiment.create': () => anExperiment(),
    'experiment.read': () => anExperiment(),
    ...script,
  })
  app = new AppState(host, window)
  app.router.go({ page: 'new', experiment: null })
  render(WithApp, { app, page: NewExperiment })
}

beforeEach(() => localStorage.clear())
afterEach(cleanup)

const created = () => host.sent.filter(({ name }) => name === 'experiment.create')
const type = (label: string | RegExp, value: string): Promise<unknown> =>
  fireEvent.input(screen.getByLabelText(label), { target: { value } })
const press = async (name: string): Promise<unknown> =>
  fireEvent.click(await screen.findByRole('button', { name }))

describe('a new experiment', () => {
  it('is asked of the lab once it has a name, and leads to its images', async () => {
    show()
    await press('Make the experiment')
    expect(created()).toHaveLength(0)
    expect(screen.getByText('Expected a name.')).toBeTruthy()
    await type('Name', 'My first')
    await press('Make the experiment')
    await waitFor(() => expect(app.router.route).toEqual({ page: 'generate', experiment: 'try' }))
    expect(created()[0]!.input).toMatchObject({ name: 'My first', count: 24 })
    expect(host.sent.some(({ name }) => name === 'run')).toBe(false)
  })

  it('can be run to its report at once', async () => {
    show({ run: () => ({ file: 'report.pdf' }) })
    await type('Name', 'All of it')
    await press('Make and run to the report')
    await waitFor(() =>
      expect(host.sent.find(({ name }) => name === 'run')?.input).toEqual({
        experiment: 'try',
        job: 'run/try',
      }),
    )
  })

  it('shows what the lab refuses at its field, loses nothing, and forgets the refusal with the next try', async () => {
    let full = true
    show({
      'experiment.create': () => {
        if (full) throw new HostError('does-not-fit', 'The page has no room for such images.')
        return anExperiment()
      },
    })
    await type('Name', 'Too large')
    await press('Make the experiment')
    const message = await screen.findByText('The page has no room for such images.')
    expect(message.closest('section')?.querySelector('h2')?.textContent).toBe('Print and photo')
    expect((screen.getByLabelText('Name') as HTMLInputElement).value).toBe('Too large')
    full = false
    await press('Make the experiment')
    await waitFor(() => expect(app.router.route.page).toBe('generate'))
  })

  it('shows at the button what belongs to no field', async () => {
    show({
      'experiment.create': () => {
        throw new HostError('storage', 'The disk is full.')
      },
    })
    await type('Name', 'Anything')
    await press('Make the experiment')
    expect((await screen.findByText(/The disk is full/)).closest('[role=alert]')).toBeTruthy()
  })

  it('is as it was left after the page was left, until it is made', async () => {
    show()
    await type('Name', 'Half done')
    await type(/Strengths/, '8')
    await waitFor(() => expect(localStorage.getItem('halftone.new-experiment')).toMatch(/Half done/))
    cleanup()
    show()
    expect((screen.getByLabelText('Name') as HTMLInputElement).value).toBe('Half done')
    expect((screen.getByLabelText(/Strengths/) as HTMLInputElement).value).toBe('8')
    await press('Make the experiment')
    await waitFor(() => expect(app.router.route.page).toBe('generate'))
    cleanup()
    show()
    expect((screen.getByLabelText('Name') as HTMLInputElement).value).toBe('')
  })

  it('goes back to the paper’s choices, and forward again', async () => {
    show()
    await type('Name', 'Mine')
    await press('Start over')
    expect((screen.getByLabelText('Name') as HTMLInputElement).value).toBe('')
    app.toasts.list.at(-1)!.action!.run()
    await waitFor(() => expect((screen.getByLabelText('Name') as HTMLInputElement).value).toBe('Mine'))
  })
})
