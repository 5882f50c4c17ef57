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
  const { urls } = await server.open('road-signs', (path, name): Promise<CaptureReply> => {
    names.push(name)
    const reason = name.startsWith('wall')
      ? 'No sheet was found in it. Keep all four codes in the picture, and come closer.'
      : null
    const sheet = names.length
    return Promise.resolve({
      captured: sheet,
      sheets: 4,
      refused: [],
      photos: [{ file: path, sheets: reason ? [] : [sheet], reason }],
    })
  })
  return { server, names, url: new URL(urls[0]!) }
}

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
