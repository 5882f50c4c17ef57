import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { PhoneState } from '#contract/phone'
import type { PhoneStation, ReceivePhoto } from '#lab/ports/PhoneStation'
import { fakeLab, fakePhoto, smallExperiment } from '../support/fakeLab'

const closed: PhoneState = { open: false, experiment: null, urls: [], phones: 0, photos: [] }

function station(): PhoneStation & { receive: ReceivePhoto | undefined; tell(state: PhoneState): void } {
  const listeners = new Set<(state: PhoneState) => void>()
  let state = closed
  const phone: ReturnType<typeof station> = {
    receive: undefined,
    tell(next) {
      state = next
      for (const listener of listeners) listener(next)
    },
    open(experiment, receive) {
      phone.receive = receive
      phone.tell({ ...closed, open: true, experiment, urls: ['http://192.0.2.1:8080/#token'] })
      return Promise.resolve(state)
    },
    close() {
      phone.tell(closed)
      return Promise.resolve(state)
    },
    state: () => state,
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  return phone
}

it('a phone`s photos are imported into the experiment that the page was opened for', async () => {
  const phone = station()
  const lab = await fakeLab(undefined, { phone })
  const told: PhoneState[] = []
  lab.lab.listen('phone', (state) => told.push(state))
  const { id: experiment } = await lab.send('experiment.create', smallExperiment())
  await expect(lab.send('phone.open', { experiment })).rejects.toMatchObject({ code: 'conflict' })
  await lab.send('generate', { experiment })
  await lab.send('sheets', { experiment })
  expect(await lab.send('phone.open', { experiment })).toMatchObject({ open: true, experiment })
  const photos = await Promise.all(
    [0, 1].map(async (page) => {
      const path = join(lab.root, '..', `${page}.jpg`)
      await writeFile(path, fakePhoto(page, 'x'))
      return path
    }),
  )
  // Two at once take turns.
  const replies = await Promise.all(photos.map((path) => phone.receive!(path, 'IMG_1.JPG')))
  expect(replies.map((reply) => reply.photos)).toEqual([
    [{ file: photos[0], sheets: [1], reason: null }],
    [{ file: photos[1], sheets: [2], reason: null }],
  ])
  expect(replies[1]!.captured).toBe(2)
  await expect(phone.receive!(join(lab.root, 'gone.jpg'), 'gone.jpg')).rejects.toMatchObject({
    code: 'not-found',
  })
  expect(await lab.send('phone.state', {})).toMatchObject({ open: true })
  await lab.lab.close()
  expect(told.map(({ open }) => open)).toEqual([true])
  expect(phone.state()).toEqual(closed)
})

it('without a server there is no page for phones, and the lab says why', async () => {
  const lab = await fakeLab()
  const { id: experiment } = await lab.send('experiment.create', smallExperiment())
  await expect(lab.send('phone.open', { experiment })).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('npm start') as string,
  })
  expect(await lab.send('phone.state', {})).toEqual(closed)
  expect(await lab.send('phone.close', {})).toEqual(closed)
})
