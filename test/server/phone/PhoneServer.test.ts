import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { CaptureReply } from '#contract/commands'
import { HalftoneError } from '#core/errors'
import { PhoneServer } from '#server/phone/PhoneServer'
import type { PhotoLimits } from '#server/phone/PhotoInbox'
import { temporaryFolder } from '../../support/temporary'

const limits: PhotoLimits = { photo: 1_000_000, photos: 3, silence: 2000 }
const id = (number: number): string => number.toString(16).padStart(32, '0')
const photo = Buffer.alloc(300_000, 'halftone ')

interface Answer {
  readonly status: number
  readonly text: string
  readonly cookie: string | undefined
}

async function station(change: Partial<PhotoLimits> = {}) {
  const uploads = join(await temporaryFolder(), 'uploads')
  const received: { path: string; name: string; bytes: Buffer }[] = []
  const server = new PhoneServer({
    uploads,
    port: 0,
    addresses: () => ['127.0.0.1'],
    limits: { ...limits, ...change },
  })
  onTestFinished(async () => {
    await server.close()
  })
  const receive = async (path: string, name: string): Promise<CaptureReply> => {
    received.push({ path, name, bytes: await readFile(path) })
    if (name === 'cat.jpg') throw new HalftoneError('unreadable-file', 'It is no sheet.')
    if (name === 'bug.jpg') throw new TypeError('oops')
    const refused = name === 'wall.jpg' ? 'No sheet was found: keep all four codes in the picture.' : null
    return {
      captured: 1,
      sheets: 4,
      refused: [],
      photos: [{ file: path, sheets: refused ? [] : [3], reason: refused }],
    }
  }
  const state = await server.open('try', receive)
  return { server, uploads, received, receive, state, base: state.urls[0]! }
}

type Headers = Record<string, string>

function send(url: string, method: string, headers: Headers = {}, body: Buffer | '' = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => {
        const cookie = response.headers['set-cookie']?.[0]?.split(';')[0]
        resolve({ status: response.statusCode!, text, cookie })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

const ours = { 'x-halftone': 'phone' }

/** A phone that has taken the link. */
async function pairedPhone(base: string) {
  const { status, cookie } = await send(`${base}pair`, 'POST', ours)
  expect(status).toBe(204)
  const headers = { ...ours, cookie: cookie! }
  return {
    headers,
    put: (number: number, name: string, body: Buffer = photo, from = 0, size = photo.length) =>
      send(
        `${base}photo/${id(number)}?from=${from}&size=${size}&name=${encodeURIComponent(name)}`,
        'PUT',
        headers,
        body,
      ),
    async photos() {
      const { text } = await send(`${base}state`, 'GET', headers)
      return (JSON.parse(text) as { photos: { id: string; state: string; received: number }[] }).photos
    },
  }
}

/** Sends some of a photo and then is gone. */
function breakOff(base: string, headers: Headers, number: number, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    const request = httpRequest(`${base}photo/${id(number)}?from=0&size=${photo.length}&name=a.jpg`, {
      method: 'PUT',
      headers: { ...headers, 'content-length': String(photo.length) },
      agent: false,
    })
    request.on('error', () => {
      resolve()
    })
    request.write(photo.subarray(0, bytes), () => setTimeout(() => request.destroy(new Error('gone')), 50))
  })
}

describe('the page for phones', () => {
  it('opens with a link of its own, takes a photo, and says what came of it', async () => {
    const { server, received, base, state, uploads } = await station()
    expect(state).toMatchObject({ open: true, experiment: 'try', phones: 0, photos: [] })
    expect(base).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[\w-]{22}\/$/)
    expect((await send(base, 'GET')).text).toContain('capture="environment"')
    expect((await send(`${base}page.js`, 'GET')).status).toBe(200)
    const phone = await pairedPhone(base)
    expect(server.state().phones).toBe(1)
    expect((await phone.put(1, 'IMG 1.HEIC')).status).toBe(200)
    await vi.waitFor(() => {
      expect(server.state().photos).toEqual([
        { name: 'IMG 1.HEIC', state: 'read', arrived: 1, sheets: [3], reason: null },
      ])
    })
    expect(received).toMatchObject([{ name: 'IMG 1.HEIC' }])
    expect(received[0]!.bytes.equals(photo)).toBe(true)
    expect(received[0]!.path.startsWith(uploads)).toBe(true)
    await vi.waitFor(() => {
      expect(existsSync(received[0]!.path)).toBe(false)
    })
  })

  it('counts a photo once however often it comes, and goes on where the connection broke', async () => {
    const { received, base } = await station()
    const phone = await pairedPhone(base)
    await breakOff(base, phone.headers, 1, 100_000)
    await vi.waitFor(async () => {
      const [first] = await phone.photos()
      expect(first).toMatchObject({ state: 'arriving', received: 100_000 })
    })
    expect((await phone.put(1, 'a.jpg', photo.subarray(50), 50)).status).toBe(400)
    expect((await phone.put(1, 'a.jpg', photo.subarray(100_000), 100_000)).status).toBe(200)
    // The answer was lost; the phone sends it once more.
    expect((await phone.put(1, 'a.jpg')).status).toBe(200)
    await vi.waitFor(async () => {
      expect(await phone.photos()).toMatchObject([{ state: 'read' }])
    })
    expect(received).toHaveLength(1)
    expect(received[0]!.bytes.equals(photo)).toBe(true)
  })

  it('lets a phone that comes back take over from its own stuck request', async () => {
    const { received, base } = await station({ silence: 60_000 })
    const phone = await pairedPhone(base)
    const stuck = httpRequest(`${base}photo/${id(1)}?from=0&size=${photo.length}&name=a.jpg`, {
      method: 'PUT',
      headers: { ...phone.headers, 'content-length': String(photo.length) },
      agent: false,
    })
    stuck.on('error', () => undefined)
    stuck.write(photo.subarray(0, 1000))
    await vi.waitFor(async () => {
      expect(await phone.photos()).toMatchObject([{ received: 1000 }])
    })
    expect((await phone.put(1, 'a.jpg')).status).toBe(200)
    await vi.waitFor(() => {
      expect(received[0]?.bytes.equals(photo)).toBe(true)
    })
  })

  it('tells a second device that the link is used, and a new link works', async () => {
    const { server, base, receive } = await station()
    const phone = await pairedPhone(base)
    const second = await send(base, 'GET')
    expect(second.status).toBe(403)
    expect(second.text).toMatch(/has been used by another device/)
    expect((await send(`${base}pair`, 'POST', ours)).status).toBe(409)
    const put = `${base}photo/${id(1)}?from=0&size=3&name=a.jpg`
    expect((await send(put, 'PUT', ours, Buffer.from('abc'))).status).toBe(403)
    expect((await send(put, 'PUT', { ...ours, cookie: 'halftone-phone=x' }, Buffer.from('abc'))).status).toBe(
      403,
    )
    // The first phone loads its page again.
    expect((await send(base, 'GET', phone.headers)).status).toBe(200)
    const { urls } = await server.open('try', receive)
    expect(urls[0]).not.toBe(base)
    expect(new URL(urls[0]!).port).toBe(new URL(base).port)
    expect(await send(base, 'GET', phone.headers)).toMatchObject({ status: 404 })
    await pairedPhone(urls[0]!)
  })

  it('says why a photo was refused, by the lab or before it', async () => {
    const { server, received, base } = await station()
    const phone = await pairedPhone(base)
    await phone.put(1, 'wall.jpg')
    await phone.put(2, 'cat.jpg')
    await phone.put(3, 'bug.jpg')
    await vi.waitFor(() => {
      expect(server.state().photos.map(({ state, reason }) => ({ state, reason }))).toEqual([
        { state: 'refused', reason: 'The lab could not read it; its window says more.' },
        { state: 'refused', reason: 'It is no sheet.' },
        { state: 'refused', reason: 'No sheet was found: keep all four codes in the picture.' },
      ])
    })
    expect(await phone.put(4, 'one more.jpg')).toMatchObject({
      status: 413,
      text: expect.stringContaining('at most 3 photos') as string,
    })
    expect(received).toHaveLength(3)
  })

  it('refuses photos too large, empty, longer than they said, and names that would leave the folder', async () => {
    const { received, base, uploads } = await station()
    const phone = await pairedPhone(base)
    expect((await phone.put(1, 'big.jpg', photo, 0, 2_000_000)).status).toBe(413)
    expect((await phone.put(1, 'none.jpg', Buffer.alloc(0), 0, 0)).status).toBe(400)
    expect((await phone.put(1, 'more.jpg', photo, 0, 1000)).status).toBe(413)
    expect((await phone.put(1, 'x.jpg', photo, 5, 4)).status).toBe(400)
    expect(
      (await send(`${base}photo/..%2f..?from=0&size=1&name=x`, 'PUT', phone.headers, photo)).status,
    ).toBe(400)
    expect((await phone.put(2, '../../../evil.jpg')).status).toBe(200)
    await vi.waitFor(() => {
      expect(received.map(({ name }) => name)).toEqual(['evil.jpg'])
    })
    expect(received[0]!.path.startsWith(join(uploads, 'phone-'))).toBe(true)
    expect(await readdir(join(uploads, '..'))).toEqual(['uploads'])
  })

  it('refuses foreign hosts and origins, wrong tokens and forms posted across', async () => {
    const { base, received } = await station()
    const { host } = new URL(base)
    expect((await send(base, 'GET', { host: 'evil.example' })).status).toBe(403)
    expect((await send(`${base}pair`, 'POST', { ...ours, origin: 'http://evil.example' })).status).toBe(403)
    expect((await send(`${base}pair`, 'POST', { origin: `http://${host}` })).status).toBe(403)
    expect((await send(`http://${host}/`, 'GET')).status).toBe(404)
    expect((await send(`http://${host}/${'A'.repeat(22)}/`, 'GET')).status).toBe(404)
    expect((await send(`${base}state`, 'GET')).status).toBe(403)
    expect((await send(`${base}pair`, 'POST', { ...ours, origin: `http://${host}` })).status).toBe(204)
    expect(received).toEqual([])
  })

  it('is gone once it is closed, with what had not arrived', async () => {
    const { server, base, uploads } = await station()
    const phone = await pairedPhone(base)
    await breakOff(base, phone.headers, 1, 1000)
    expect(await server.close()).toEqual({ open: false, experiment: null, urls: [], phones: 0, photos: [] })
    await expect(send(base, 'GET')).rejects.toThrow(/ECONNREFUSED/)
    expect(await readdir(uploads)).toEqual([])
  })

  it('says that there is no network, and tells of each change', async () => {
    const alone = new PhoneServer({ uploads: '/nowhere', addresses: () => [] })
    await expect(alone.open('try', () => Promise.reject(new Error('never')))).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('no network') as string,
    })
    const { server, base } = await station()
    const told: number[] = []
    server.listen(({ phones }) => told.push(phones))
    await pairedPhone(base)
    await vi.waitFor(() => {
      expect(told.at(-1)).toBe(1)
    })
  })
})
