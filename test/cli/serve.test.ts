import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { wire } from '#contract/wire'
import { HttpHost } from '#renderer/host/http'
import { findElectron } from '../../bin/find-electron.js'
import { nodePorts } from '../support/nodePorts'
import { temporaryFolder } from '../support/temporary'

const root = join(import.meta.dirname, '../..')

/** Starts a program of this project, and reads its output until it has given an address, or has ended. */
async function start(file: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const child = spawn(process.execPath, [join(root, file), ...args], { cwd: root, env })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const exit = once(child, 'exit') as Promise<[number | null, string | null]>
  onTestFinished(() => void child.kill('SIGKILL'))
  await Promise.race([
    exit,
    new Promise<void>((resolve) => {
      child.stdout.on('data', () => {
        if (/token=[\w-]{32}/.test(out)) resolve()
      })
    }),
  ])
  return {
    child,
    exit,
    out: () => out,
    err: () => err,
    url: new URL(/http:\/\/[^\s"]+/.exec(out)?.[0] ?? 'about:blank'),
  }
}

async function hostAt(url: URL): Promise<HttpHost> {
  const entered = await fetch(url)
  const cookie = entered.headers.get('set-cookie')!.split(';')[0]!
  return new HttpHost(nodePorts(url.origin, () => cookie))
}

describe('halftone serve', () => {
  it('says its address, serves the page and the lab, keeps to its folders, and ends in order on Ctrl-C', async () => {
    const folder = await temporaryFolder()
    const files = await temporaryFolder()
    const { child, exit, out, err, url } = await start('out/cli.js', [
      ...['serve', '--no-open', '--folder', folder, '--files', files],
    ])
    expect(out()).toBe(`Halftone is open at ${url.href}\nExperiments are in ${folder}. Ctrl-C ends it.\n`)
    expect(url.hostname).toBe('127.0.0.1')
    const entered = await fetch(url)
    const cookie = entered.headers.get('set-cookie')!.split(';')[0]!
    const page = await fetch(url.origin, { headers: { cookie } })
    expect(await page.text()).toContain('<div id="app">')
    const host = new HttpHost(nodePorts(url.origin, () => cookie))
    expect(await host.send('about', {})).toMatchObject({ folder })
    await expect(host.send('model.inspect', { path: '/etc/passwd' })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining(files) as string,
    })
    await expect(host.send('model.inspect', { path: join(files, 'none.onnx') })).rejects.toMatchObject({
      code: 'not-found',
    })
    const { paths } = await host.upload([new File(['no model'], 'net.onnx')])
    await expect(host.send('model.inspect', { path: paths[0]! })).rejects.toMatchObject({
      code: 'unreadable-file',
    })
    expect((await fetch(`${url.origin}${wire.session}`)).status).toBe(401)
    host.close()
    child.kill('SIGINT')
    expect(await exit).toEqual([0, null])
    expect(err()).toMatch(/refused: command "model\.inspect"/)
    expect(err()).toMatch(/refused: GET \/session from .*: no token/)
    expect(err()).toMatch(/Closing: what runs stops here and can be resumed later\.\n$/)
  })

  it('says plainly what it means to be reached from the network', async () => {
    const folder = await temporaryFolder()
    const { out, child, exit } = await start('out/cli.js', [
      'serve',
      '--no-open',
      '--folder',
      folder,
      '--listen',
      '0.0.0.0',
    ])
    const lan = Object.values(networkInterfaces())
      .flat()
      .find((each) => each && !each.internal && each.family === 'IPv4')
    if (lan) expect(out()).toContain(`http://${lan.address}:`)
    expect(out()).toMatch(/plain HTTP/)
    expect(out()).toMatch(/token in it keeps out/)
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
  })

  it('gives its address to programs, and says when a port or an address cannot be had', async () => {
    const folder = await temporaryFolder()
    const serve = ['serve', '--no-open', '--json', '--folder', folder]
    const first = await start('out/cli.js', serve)
    expect(JSON.parse(first.out())).toEqual({ urls: [first.url.href], folder })
    const second = await start('out/cli.js', [...serve, '--port', first.url.port])
    expect(await second.exit).toEqual([5, null])
    expect(second.err()).toContain(`Port ${first.url.port} is taken`)
    const third = await start('out/cli.js', [...serve, '--listen', '192.0.2.1'])
    expect(await third.exit).toEqual([2, null])
    expect(third.err()).toContain('0.0.0.0 stands for all of them')
  })
})

describe('npm start', () => {
  it('serves the browser, with one line that says why, where there is no Electron', async () => {
    const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...env } = process.env
    const { out, child, exit, url } = await start('bin/start.js', [], env)
    const [why, address] = out().split('\n')
    expect(why).toMatch(/^Electron cannot be had here \(.+\): Halftone opens in the browser instead\.$/)
    expect(address).toBe(`Halftone is open at ${url.href}`)
    const host = await hostAt(url)
    expect((await host.send('attack.list', {})).length).toBeGreaterThan(5)
    host.close()
    child.kill('SIGINT')
    expect((await exit)[0]).toBe(0)
  })

  it.each([
    ['linux', {}, /there is no display/],
    [
      'darwin',
      { ELECTRON_OVERRIDE_DIST_PATH: '/nowhere' },
      /ELECTRON_OVERRIDE_DIST_PATH has none: .*nowhere/,
    ],
  ] as const)('says why there is no Electron on %s with %j', async (platform, env, reason) => {
    expect((await findElectron(root, { env, platform })).reason).toMatch(reason)
  })

  it('says that it is not installed', async () => {
    expect(await findElectron(await temporaryFolder())).toEqual({ reason: 'it is not installed' })
  })
})
