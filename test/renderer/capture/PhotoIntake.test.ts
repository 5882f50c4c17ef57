import { beforeEach, describe, expect, it, vi } from 'vitest'
import { HostError } from '#contract/host'
import { FakeHost, type Script } from '#renderer/host/fake'
import { PhotoIntake, type TakenPhoto } from '#renderer/pages/capture/photos/PhotoIntake.svelte'

const none = { captured: 0, sheets: 3, refused: [] }
let host: FakeHost
let done: TakenPhoto[]
let intake: PhotoIntake

/** Photos by name: those with a sheet's number in their names show that sheet. */
const reading: NonNullable<Script['import']> = ({ paths }) => ({
  ...none,
  photos: paths.map((file) => {
    const sheet = Number(/sheet-(\d)/.exec(file)?.[1] ?? 0)
    return { file, sheets: sheet > 0 ? [sheet] : [], reason: sheet > 0 ? null : 'No sheet was found.' }
  }),
})

const file = (name: string): File => new File(['x'], name)
const states = () => intake.photos.map(({ name, state }) => `${name} ${state}`)
const imports = () =>
  host.sent
    .filter(({ name }) => name === 'import')
    .map(({ input }) => (input as { paths: string[] }).paths.map((path) => path.split('/').at(-1)))

beforeEach(() => {
  host = new FakeHost({ import: reading })
  done = []
  intake = new PhotoIntake(host, 'demo', (photo) => done.push(photo))
})

describe('PhotoIntake', () => {
  it('reads each photo once and says what came of it, by name', async () => {
    intake.add([file('sheet-1.jpg'), file('holiday.jpg'), file('sheet-3.heic')], 'files')
    await vi.waitFor(() => expect(intake.underWay).toHaveLength(0))
    expect(states()).toEqual(['sheet-1.jpg read', 'holiday.jpg refused', 'sheet-3.heic read'])
    expect(intake.photos[1]!.reason).toBe('No sheet was found.')
    expect(imports()).toEqual([['sheet-1.jpg'], ['holiday.jpg', 'sheet-3.heic']])
    expect(done.map(({ name }) => name)).toEqual(['sheet-1.jpg', 'holiday.jpg', 'sheet-3.heic'])
    const jobs = host.sent.map(({ input }) => (input as { job: string }).job)
    expect(new Set(jobs).size).toBe(jobs.length)
  })

  it('takes the camera’s photos before files that wait', async () => {
    let go = (): void => undefined
    const held = new Promise<void>((resolve) => (go = resolve))
    host.script = {
      import: async (input, tools) => {
        await held
        return reading(input, tools)
      },
    }
    intake.add(
      Array.from({ length: 12 }, (_, i) => file(`sheet-1 (${i}).jpg`)),
      'files',
    )
    await vi.waitFor(() => expect(imports()).toHaveLength(1))
    intake.add([file('sheet-2.png')], 'camera', 2)
    expect(intake.isReading(2)).toBe(true)
    go()
    await vi.waitFor(() => expect(intake.underWay).toHaveLength(0))
    expect(intake.lastOf(2)?.state).toBe('read')
    const order = imports().flat()
    expect(order.indexOf('sheet-2.png')).toBeLessThan(order.indexOf('sheet-1 (9).jpg'))
    expect(order).toHaveLength(13)
  })

  it('goes on with the others when one cannot be read, sent, or is cancelled', async () => {
    host.script = {
      import: (input, tools) => {
        if (input.paths.some((path) => path.includes('cancel'))) throw new HostError('cancelled', 'Stopped.')
        if (input.paths.some((path) => path.includes('lost'))) return { ...none, photos: [] }
        return reading(input, tools)
      },
    }
    intake.add([file('cancel.jpg')], 'files')
    await vi.waitFor(() => expect(done).toHaveLength(1))
    intake.add([file('lost.txt')], 'files')
    await vi.waitFor(() => expect(done).toHaveLength(2))
    vi.spyOn(host, 'upload').mockRejectedValueOnce(new HostError('storage', 'The disk is full.'))
    intake.add([file('full.jpg')], 'files')
    await vi.waitFor(() => expect(done).toHaveLength(3))
    intake.add([file('sheet-1.jpg')], 'files')
    await vi.waitFor(() => expect(done).toHaveLength(4))
    expect(done.map(({ state, reason }) => [state, reason])).toEqual([
      ['failed', 'Cancelled.'],
      ['failed', expect.stringContaining('no photo')],
      ['failed', 'The disk is full.'],
      ['read', null],
    ])
    // The photo tells what went wrong: its job need not stay in the list.
    expect(host.sent.filter(({ name }) => name === 'job.dismiss')).toHaveLength(1)
  })

  it('hands corners over with the photo they are of', async () => {
    const points = [1, 2, 3, 4].map((x) => ({ x, y: x * x }))
    const corners = { of: 'paper', points } as unknown as Parameters<typeof intake.readWithCorners>[1]
    expect(await intake.readWithCorners('photos/refused/sheet-2.jpg', corners)).toMatchObject({ sheets: [2] })
    expect(host.sent[0]!.input).toMatchObject({
      paths: ['photos/refused/sheet-2.jpg'],
      corners: { 'photos/refused/sheet-2.jpg': corners },
    })
  })
})
