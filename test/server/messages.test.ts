import { encode } from '@msgpack/msgpack'
import { describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { commands } from '#contract/commands'
import { wire } from '#contract/wire'
import { HttpHost } from '#renderer/host/http'
import { checkMessage } from '#server/checkMessage'
import { nodePorts } from '../support/nodePorts'
import { openServer, type TestServer } from '../support/openServer'
import { scriptedLab } from '../support/scriptedLab'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

describe('the structure of a message', () => {
  it.each([null, true, 1, -1, 300, 70000, -70000, 2 ** 40, 1.5, 'a', 'ä'.repeat(200), 'b'.repeat(70000)])(
    'takes %j',
    (value) => {
      expect(checkMessage(encode(value))).toBeNull()
    },
  )

  it('takes lists, maps, bytes and dates of every size', () => {
    for (const size of [0, 1, 15, 16, 255, 256, 65535, 65536, 70000]) {
      expect(checkMessage(encode(new Array(size).fill(1))), `list of ${size}`).toBeNull()
      expect(checkMessage(encode(new Uint8Array(size))), `bytes of ${size}`).toBeNull()
      const map = Object.fromEntries(Array.from({ length: Math.min(size, 70000) }, (_, i) => [`k${i}`, i]))
      expect(checkMessage(encode(map)), `map of ${size}`).toBeNull()
    }
    expect(checkMessage(encode([new Date(0), new Date(1e15), new Date(-1e12 + 0.5)]))).toBeNull()
  })

  it.each([
    ['nothing', bytes(), 'cut short'],
    ['a list of four thousand million', bytes(0xdd, 0xff, 0xff, 0xff, 0xff), 'cut short'],
    ['a map of four thousand million', bytes(0xdf, 0xff, 0xff, 0xff, 0xff, 1), 'cut short'],
    ['a text without its end', bytes(0xd9, 200, 65), 'cut short'],
    ['bytes without their end', bytes(0xc6, 0, 1, 0, 0, 1), 'cut short'],
    ['a head without its length', bytes(0xdc, 1), 'cut short'],
    ['two values', bytes(1, 1), 'followed by something else'],
    ['lists in lists in lists', new Uint8Array(100).fill(0x91), 'nested deeper than 32'],
  ])('refuses %s', (_, message, problem) => {
    expect(checkMessage(message)).toBe(problem)
  })

  it('refuses more values than any command has', () => {
    expect(checkMessage(encode(new Array(1_000_001).fill(1)))).toBe('more than 1000000 values')
  })
})

/** A socket that has come in, and what it is sent. */
async function joined({ port, origin, cookie }: TestServer) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${wire.socket}`, { headers: { origin, cookie } })
  const { decode } = await import('@msgpack/msgpack')
  const got: unknown[] = []
  let closed = 0
  socket.on('message', (data) => got.push(decode(data as Buffer)))
  socket.on('close', (code) => (closed = code))
  await new Promise((resolve) => socket.on('open', resolve))
  return { socket, got, closed: () => closed }
}

describe('messages of a page', () => {
  it.each([
    ['a text', 'hello'],
    ['no MessagePack', bytes(0xc1)],
    ['a list that claims gigabytes', bytes(0xdd, 0xff, 0xff, 0xff, 0xff)],
    ['another form', encode({ hello: 1 })],
    ['a call of the wrong types', encode({ type: 'call', id: 'one', name: 'about', input: {} })],
    [
      'a call with a prototype',
      encode(JSON.parse('{"type":"call","id":1,"name":"about","__proto__":{"x":1}}')),
    ],
    ['a negative id', encode({ type: 'call', id: -1, name: 'about', input: {} })],
  ])('refuses and logs %s, and goes on', async (_, message) => {
    const lab = scriptedLab()
    const server = await openServer(lab)
    const { socket, got } = await joined(server)
    socket.send(message)
    socket.send(encode({ type: 'call', id: 7, name: 'about', input: {} }))
    await vi.waitFor(() => {
      expect(got).toContainEqual({
        type: 'reply',
        id: 7,
        reply: { ok: true, value: { name: 'about', input: {} } },
      })
    })
    expect(got).toContainEqual({
      type: 'refused',
      message: expect.stringContaining('could not be read') as string,
    })
    expect(server.log).toHaveLength(1)
    expect(server.log[0]).toMatch(/^refused: a message from/)
    expect(lab.sent).toHaveLength(1)
    socket.close()
  })

  it('ends a connection whose message is too large or that sends nothing but rubbish, and no other', async () => {
    const server = await openServer(scriptedLab())
    const [large, rubbish, good] = [await joined(server), await joined(server), await joined(server)]
    large.socket.send(new Uint8Array(wire.messageLimit + 1))
    large.socket.on('error', () => undefined)
    for (let i = 0; i < 60; i++) rubbish.socket.send('x')
    await vi.waitFor(
      () => {
        expect(large.closed()).toBe(1009)
        expect(rubbish.closed()).toBe(1008)
      },
      { timeout: 10_000 },
    )
    good.socket.send(encode({ type: 'call', id: 1, name: 'about', input: {} }))
    await vi.waitFor(() => {
      expect(good.got.at(-1)).toMatchObject({ type: 'reply', id: 1 })
    })
    expect(server.log.some((line) => line.includes('Max payload size exceeded'))).toBe(true)
    good.socket.close()
  })

  it('carries every command there is, and its reply, by name', async () => {
    const lab = scriptedLab()
    const { origin, cookie } = await openServer(lab)
    const host = new HttpHost(nodePorts(origin, () => cookie))
    for (const name of Object.keys(commands)) await host.send(name as 'about', { x: 1 } as never)
    expect(lab.sent.map(({ name }) => name)).toEqual(Object.keys(commands))
    host.close()
  })

  it('serves two pages at once: replies to who asked, events to both', async () => {
    const lab = scriptedLab({ send: (name, input) => ({ ok: true, value: [name, input] }) })
    const { origin, cookie } = await openServer(lab)
    const hosts = [1, 2].map(() => new HttpHost(nodePorts(origin, () => cookie)))
    const heard: string[][] = [[], []]
    hosts.forEach((host, i) => host.listen('changed', ({ experiment }) => heard[i]!.push(experiment)))
    const replies = await Promise.all(
      hosts.flatMap((host, i) => [1, 2, 3].map((n) => host.send('job.dismiss', { job: `${i}-${n}` }))),
    )
    expect(replies).toEqual(['0-1', '0-2', '0-3', '1-1', '1-2', '1-3'].map((job) => ['job.dismiss', { job }]))
    lab.tell({ name: 'changed', value: { experiment: 'try' } })
    await vi.waitFor(() => {
      expect(heard).toEqual([['try'], ['try']])
    })
    for (const host of hosts) host.close()
  })
})
