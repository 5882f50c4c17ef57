import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, it } from 'vitest'
import WebSocket from 'ws'
import { openServer, type TestServer } from '../support/openServer'
import { scriptedLab } from '../support/scriptedLab'

/** What a socket's opening comes to: "open", or the status of the refusal. */
function knock({ port }: TestServer, path: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers })
    socket.on('open', () => {
      resolve('open')
      socket.close()
    })
    socket.on('unexpected-response', (_, { statusCode }) => {
      resolve(String(statusCode))
    })
    socket.on('error', () => undefined)
  })
}

describe('who comes in', () => {
  it('takes the token once from the address, for a cookie that scripts and other sites cannot use', async () => {
    const server = await openServer(scriptedLab())
    const { raw, token, port } = server
    const answer = await raw(`/?token=${token}`, { headers: { host: `localhost:${port}` } })
    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']![0]).toMatch(
      /^halftone-\d+=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/$/,
    )
    expect(answer.text).toContain('http-equiv="refresh" content="0;url=/"')
    expect(answer.text).not.toContain(token)
    expect(answer.headers['cache-control']).toBe('no-store')
    const page = await server.asPage('/')
    expect(page).toMatchObject({ status: 200, text: '<!doctype html><title>page</title>' })
    expect((await server.asPage('/session')).status).toBe(204)
  })

  it('lets a ticket in once', async () => {
    const { server, raw, port } = await openServer(scriptedLab())
    const { pathname, search } = new URL(server.ticketUrl())
    const headers = { host: `127.0.0.1:${port}` }
    expect((await raw(pathname + search, { headers })).status).toBe(200)
    expect((await raw(pathname + search, { headers })).status).toBe(401)
  })

  it.each([
    ['no token', {}, 401],
    ['a wrong token', { cookie: 'halftone-PORT=abcdefgh' }, 401],
    ['an empty token', { cookie: 'halftone-PORT=' }, 401],
    ["another server's cookie", { cookie: 'halftone-1=SESSION' }, 401],
    ['no host', { host: '' }, 403],
    ['a foreign host', { host: 'evil.example:PORT', cookie: 'COOKIE' }, 403],
    ['a foreign host of our name', { host: 'localhost.evil.example', cookie: 'COOKIE' }, 403],
    ['a host that is no host', { host: 'a b', cookie: 'COOKIE' }, 403],
    ["the machine's address that it does not listen at", { host: 'LAN:PORT', cookie: 'COOKIE' }, 403],
    ['a foreign origin', { origin: 'http://evil.example', cookie: 'COOKIE' }, 403],
    ['the origin of another port', { origin: 'http://127.0.0.1:1', cookie: 'COOKIE' }, 403],
    ['no origin to speak of', { origin: 'null', cookie: 'COOKIE' }, 403],
    ['another page of this machine', { 'sec-fetch-site': 'same-site', cookie: 'COOKIE' }, 403],
    [
      'a page of another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', cookie: 'COOKIE' },
      403,
    ],
  ])('refuses %s everywhere', async (_, given, status) => {
    const lab = scriptedLab()
    const server = await openServer(lab)
    const lan = Object.values(networkInterfaces())
      .flat()
      .find((each) => each && !each.internal && each.family === 'IPv4')
    const filled = Object.entries({ host: '127.0.0.1:PORT', ...given }).map(([name, value]) => [
      name,
      value
        .replace('PORT', String(server.port))
        .replace('COOKIE', server.cookie)
        .replace('SESSION', server.cookie.split('=')[1]!)
        .replace('LAN', lan?.address ?? '192.0.2.1'),
    ])
    const headers = Object.fromEntries(filled) as Record<string, string>
    for (const path of ['/', '/index.html', '/blob/try/x.png', '/session', '/nothing']) {
      expect((await server.raw(path, { headers })).status, path).toBe(status)
    }
    for (const [method, path] of [
      ['POST', '/upload'],
      ['PUT', '/upload/1/0/a.png'],
      ['DELETE', '/upload/1'],
    ] as const) {
      const origin = { origin: server.origin, ...headers }
      const body = method === 'PUT' ? 'x' : ''
      expect((await server.raw(path, { method, headers: origin, body })).status, method).toBe(status)
    }
    // The socket's client puts a host where there is none.
    if (headers['host'] !== '') {
      expect(await knock(server, '/socket', { origin: server.origin, ...headers })).toBe(String(status))
    }
    expect(lab.sent).toEqual([])
    expect(lab.asked).toEqual([])
    expect(server.log.length).toBeGreaterThan(5)
    expect(server.log[0]).toMatch(/^refused: GET \/ from (::ffff:)?127\.0\.0\.1: /)
    // Nobody else was harmed.
    expect((await server.asPage('/')).status).toBe(200)
  })

  it('refuses changes and sockets that name no origin, and a token in a foreign frame', async () => {
    const server = await openServer(scriptedLab())
    const headers = { host: `127.0.0.1:${server.port}`, cookie: server.cookie }
    expect((await server.raw('/upload', { method: 'POST', headers })).status).toBe(403)
    expect(await knock(server, '/socket', headers)).toBe('403')
    const foreign = { host: 'evil.example' }
    expect((await server.raw(`/?token=${server.token}`, { headers: foreign })).status).toBe(403)
    expect((await server.raw('/?token=', { headers: { host: headers.host } })).status).toBe(401)
    expect(await knock(server, '/elsewhere', { ...headers, origin: server.origin })).toBe('400')
    expect(await knock(server, '/socket', { ...headers, origin: server.origin })).toBe('open')
  })

  it('comes through a tunnel from another port', async () => {
    const server = await openServer(scriptedLab())
    const headers = { host: 'localhost:9000', origin: 'http://localhost:9000', cookie: server.cookie }
    expect((await server.raw('/', { headers })).status).toBe(200)
    expect(await knock(server, '/socket', headers)).toBe('open')
  })

  it('takes any of its own names when it listens on the network', async () => {
    const server = await openServer(scriptedLab(), { listen: '0.0.0.0' })
    const lan = Object.values(networkInterfaces())
      .flat()
      .find((each) => each && !each.internal && each.family === 'IPv4')
    const statusAt = async (host: string): Promise<number> =>
      (await server.raw('/', { headers: { host, cookie: server.cookie } })).status
    expect(await statusAt(`127.0.0.1:${server.port}`)).toBe(200)
    if (lan) expect(await statusAt(`${lan.address}:${server.port}`)).toBe(200)
    expect(await statusAt('evil.example')).toBe(403)
    expect(await statusAt('192.0.2.77')).toBe(403)
  })

  it('tells of a flood in few lines, and never of a token', async () => {
    const server = await openServer(scriptedLab())
    for (let i = 0; i < 60; i++) {
      await server.raw(`/?token=guess${i}`, { headers: { host: `127.0.0.1:${server.port}` } })
    }
    expect(server.log.length).toBe(20)
    expect(server.log.join()).not.toContain('guess')
    await server.server.close()
    expect(server.log.at(-1)).toBe('refused: 40 more of the kind')
  })

  it('lets go of who sends a head slowly, and of what is no HTTP', async () => {
    const server = await openServer(scriptedLab(), { headTimeout: 200 })
    const endOf = (text: string): Promise<string> =>
      new Promise((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.write(text))
        let got = ''
        socket.on('data', (data) => (got += String(data)))
        socket.on('close', () => {
          resolve(got)
        })
      })
    expect(await endOf('GET / HTTP/1.1\r\nhost: ')).toMatch(/^HTTP\/1.1 40[08]/)
    expect(await endOf('\x16\x03\x01 hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400/)
    expect(await endOf(`GET / HTTP/1.1\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`)).toMatch(/^HTTP\/1.1 4/)
    expect((await server.asPage('/')).status).toBe(200)
  })
})
