import { stat } from 'node:fs/promises'
import { createServer, connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import type { CaptureReply } from '#contract/commands'
import { PhoneServer } from '#server/phone/PhoneServer'
import { noBrowser, openBrowser } from '../support/openBrowser'
import { temporaryFolder } from '../../support/temporary'

beforeEach((context) => {
  const reason = noBrowser()
  if (reason) context.skip(reason)
})

/** A way to the server that can be cut as a phone's Wi-Fi is. */
async function wifi(to: number) {
  const sockets = new Set<Socket>()
  let up = true
  /** Bytes after which the next connection is cut. */
  let cutAfter = Infinity
  const server = createServer((phone) => {
    if (!up) {
      phone.destroy()
      return
    }
    const lab = connect(to, '127.0.0.1')
    let passed = 0
    for (const [from, other] of [
      [phone, lab],
      [lab, phone],
    ] as const) {
      sockets.add(from)
      from.on('error', () => undefined)
      from.on('close', () => other.destroy())
      from.on('data', (data) => {
        passed += data.length
        if (passed > cutAfter) {
          cutAfter = Infinity
          cut()
        } else other.write(data)
      })
    }
  })
  function cut(): void {
    up = false
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    cut()
    server.close()
  })
  return {
    port: (server.address() as { port: number }).port,
    cut,
    cutAfter: (bytes: number) => (cutAfter = bytes),
    isUp: () => up,
    restore: () => (up = true),
  }
}

async function station() {
  const names: string[] = []
  const server = new PhoneServer({
    uploads: join(await temporaryFolder(), 'uploads'),
    port: 0,
    addresses: () => ['127.0.0.1'],
  })
  onTestFinished(async () => {
    await server.close()
  })
  const sizes: number[] = []
  async function receive(path: string, name: string): Promise<CaptureReply> {
    sizes.push((await stat(path)).size)
    names.push(name)
    const reason = name.startsWith('wall')
      ? 'No sheet was found in it. Keep all four codes in the picture, and come closer.'
      : null
    const sheet = names.length
    return {
      captured: sheet,
      sheets: 4,
      refused: [],
      photos: [{ file: path, sheets: reason ? [] : [sheet], reason }],
    }
  }
  const open = async (experiment: string): Promise<URL> => {
    const { urls } = await server.open(experiment, receive)
    return new URL(urls[0]!)
  }
  return { server, names, sizes, open, url: await open('road-signs') }
}

/** How many photos the browser keeps. */
const waiting = (): Promise<number> =>
  (window as unknown as { keptPhotos: { all(): Promise<unknown[]> } }).keptPhotos
    .all()
    .then(({ length }) => length)

/** Whether the page lets its person go without a question. */
const leavesUnasked = (): boolean => window.dispatchEvent(new Event('beforeunload', { cancelable: true }))

const photo = (name: string, size = 400_000) => ({
  name,
  mimeType: 'image/jpeg',
  buffer: Buffer.alloc(size, name),
})

it('sends photos, says what came of each, and tells a second phone that the link is used', async () => {
  const { names, url, server } = await station()
  const { page, problems, context } = await openBrowser({ width: 390, height: 780 })
  await page.goto(url.href)
  await page.getByText('Ready').waitFor()
  await page.setInputFiles('#camera', [photo('sheet.jpg')])
  await page.getByText('Sheet 1 read').waitFor()
  await page.getByText('1 of 4 sheets are read').waitFor()
  await page.setInputFiles('#library', [photo('wall.jpg'), photo('other.jpg')])
  await page.getByText('Keep all four codes in the picture').waitFor()
  await page.getByText('Sheet 3 read').waitFor()
  expect(names).toEqual(['sheet.jpg', 'wall.jpg', 'other.jpg'])
  await expect.poll(() => page.locator('li').count()).toBe(3)
  // Big enough for a thumb, and none wider than the screen.
  for (const label of await page.locator('label').all()) {
    expect((await label.boundingBox())!.height).toBeGreaterThan(48)
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  const second = await context.browser()?.newContext()
  if (second) {
    const other = await second.newPage()
    await other.goto(url.href)
    await other.getByText('has been used by another device').waitFor()
    await second.close()
  }
  expect(problems).toEqual([])
  await server.open('road-signs', () => Promise.reject(new Error('never')))
  await page.getByText('This link has ended').waitFor()
  expect(await page.locator('#actions').isVisible()).toBe(false)
})

it('goes on by itself after a lost connection, and counts each photo once', async () => {
  const { names, url, server } = await station()
  const way = await wifi(Number(url.port))
  const { page } = await openBrowser({ width: 390, height: 780, theme: 'dark' })
  await page.goto(`http://127.0.0.1:${way.port}${url.pathname}`)
  await page.getByText('Ready').waitFor()
  way.cutAfter(3_000_000)
  await page.setInputFiles('#library', [photo('a.jpg', 8_000_000), photo('b.jpg')])
  await page.getByText('The connection was lost; it is tried again by itself.').first().waitFor()
  expect(way.isUp()).toBe(false)
  expect(server.state().photos[0]).toMatchObject({ name: 'a.jpg', state: 'arriving' })
  way.restore()
  await page.getByText('Sheet 2 read').waitFor({ timeout: 30_000 })
  expect(names).toEqual(['a.jpg', 'b.jpg'])
  expect(server.state().photos).toHaveLength(2)
})

it('goes on after a reload with what was not sent, and keeps nothing that was', async () => {
  const { names, sizes, url } = await station()
  const { page, context } = await openBrowser({ width: 390, height: 780 })
  await page.goto(url.href)
  await page.getByText('Ready').waitFor()
  await page.setInputFiles('#library', [photo('sent.jpg')])
  await page.getByText('Sheet 1 read').waitFor()
  await context.route('**/photo/**', (route) => route.abort())
  await page.setInputFiles('#library', [photo('a.jpg', 3_000_000), photo('b.jpg')])
  await page.getByText('The connection was lost').waitFor()
  // Nothing is lost by leaving, so nobody is asked whether to.
  await expect.poll(() => page.evaluate(leavesUnasked)).toBe(true)
  await page.reload()
  await expect.poll(() => page.locator('li').count()).toBe(2)
  expect(names).toEqual(['sent.jpg'])
  await context.unroute('**/photo/**')
  await page.getByText('Sheet 3 read').waitFor({ timeout: 30_000 })
  expect(names).toEqual(['sent.jpg', 'a.jpg', 'b.jpg'])
  expect(sizes).toEqual([400_000, 3_000_000, 400_000])
  await expect.poll(() => page.evaluate(waiting)).toBe(0)
  await page.reload()
  await page.getByText('3 of 4 sheets are read').waitFor()
  expect(await page.locator('li').count()).toBe(0)
})

it('asks what becomes of photos that an earlier link left behind', async () => {
  const { names, url, open } = await station()
  const { page, context } = await openBrowser({ width: 390, height: 780 })
  await context.route('**/photo/**', (route) => route.abort())
  await page.goto(url.href)
  await page.getByText('Ready').waitFor()
  await page.setInputFiles('#library', [photo('a.jpg'), photo('b.jpg')])
  await page.getByText('The connection was lost').waitFor()
  const next = await open('other-signs')
  await page.getByText('This link has ended').waitFor()
  await page.getByText('What was not sent (2) is kept for the next link.').waitFor()
  await page.goto(next.href)
  await page.getByText('2 photos were not sent by an earlier link (for road-signs).').waitFor()
  expect(await page.locator('li').count()).toBe(0)
  await context.unroute('**/photo/**')
  await page.getByRole('button', { name: 'Send them' }).click()
  await page.getByText('Sheet 2 read').waitFor()
  expect(names).toEqual(['a.jpg', 'b.jpg'])
  await expect.poll(() => page.evaluate(waiting)).toBe(0)
  await page.reload()
  await page.getByText('2 of 4 sheets are read').waitFor()
  expect(await page.locator('#earlier').isVisible()).toBe(false)

  await context.route('**/photo/**', (route) => route.abort())
  await page.setInputFiles('#library', [photo('c.jpg')])
  await page.getByText('The connection was lost').waitFor()
  const third = await open('road-signs')
  await page.getByText('What was not sent (1)').waitFor()
  await page.goto(third.href)
  await page.getByRole('button', { name: 'Discard it' }).click()
  await page.getByRole('button', { name: 'Tap again' }).click()
  await expect.poll(() => page.evaluate(waiting)).toBe(0)
  await page.reload()
  await page.getByText('Ready').waitFor()
  expect(await page.locator('#earlier').isVisible()).toBe(false)
})

it('says plainly when the phone has no room to keep photos, and warns who leaves before they are sent', async () => {
  const { names, url } = await station()
  const { page, context, problems } = await openBrowser({ width: 390, height: 780 })
  await page.addInitScript(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('No room.', 'QuotaExceededError')
    }
  })
  await context.route('**/photo/**', (route) => route.abort())
  await page.goto(url.href)
  await page.getByText('Ready').waitFor()
  await page.setInputFiles('#library', [photo('a.jpg')])
  await page
    .getByText('has no more room for photos that wait: leave this page open until all are sent')
    .waitFor()
  expect(await page.evaluate(leavesUnasked)).toBe(false)
  await context.unroute('**/photo/**')
  await page.getByText('Sheet 1 read').waitFor({ timeout: 30_000 })
  expect(names).toEqual(['a.jpg'])
  expect(await page.locator('#unkept').isVisible()).toBe(false)
  expect(await page.evaluate(leavesUnasked)).toBe(true)
  expect(problems.filter((problem) => !problem.includes('net::ERR_FAILED'))).toEqual([])
})
