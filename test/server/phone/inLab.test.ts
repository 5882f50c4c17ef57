import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { PhoneState } from '#contract/phone'
import { LabProcess } from '#node/lab/LabProcess'
import { smallExperiment } from '../../support/fakeLab'
import { temporaryFolder } from '../../support/temporary'

it('takes photos for an experiment of a real lab, which says what is wrong with each', async () => {
  const lab = new LabProcess({ folder: join(await temporaryFolder(), 'experiments') })
  onTestFinished(() => lab.close())
  const told: PhoneState[] = []
  lab.listen('phone', (state) => told.push(state))
  const made = await lab.send('experiment.create', {
    ...smallExperiment({ count: 2, cases: ['average'], capture: { kind: 'photos' } }),
    settings: [{ attack: 'fgsm', params: { epsilon: 8 } }],
  })
  const experiment = made.ok ? made.value.id : ''
  expect(await lab.send('phone.open', { experiment })).toMatchObject({ ok: false, code: 'conflict' })
  expect(await lab.send('generate', { experiment })).toMatchObject({ ok: true })
  expect(await lab.send('sheets', { experiment })).toMatchObject({ ok: true })
  const opened = await lab.send('phone.open', { experiment })
  if (!opened.ok) {
    // A machine on no network says so, and that is all it can do.
    expect(opened.code).toBe('unsupported')
    return
  }
  const { port, pathname } = new URL(opened.value.urls[0]!)
  const base = `http://127.0.0.1:${port}${pathname}`
  const paired = await fetch(`${base}pair`, { method: 'POST', headers: { 'x-halftone': 'phone' } })
  const cookie = paired.headers.get('set-cookie')!.split(';')[0]!
  const body = 'no picture'
  const sent = await fetch(`${base}photo/${'a'.repeat(32)}?from=0&size=${body.length}&name=IMG_1.jpg`, {
    method: 'PUT',
    headers: { 'x-halftone': 'phone', cookie },
    body,
  })
  expect(sent.status).toBe(200)
  await vi.waitFor(
    () => {
      expect(told.at(-1)?.photos).toMatchObject([{ name: 'IMG_1.jpg', state: 'refused' }])
    },
    { timeout: 20_000 },
  )
  expect(told.at(-1)?.photos[0]?.reason).toMatch(/picture|JPEG/i)
  expect(await lab.send('phone.close', {})).toMatchObject({ ok: true, value: { open: false } })
  await expect(fetch(base)).rejects.toThrow()
})
