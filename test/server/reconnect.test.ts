import { describe, expect, it, vi } from 'vitest'
import type { Connection } from '#contract/host'
import type { Reply } from '#contract/reply'
import { wire } from '#contract/wire'
import { HttpHost } from '#renderer/host/http'
import { LabServer } from '#server/LabServer'
import { nodePorts } from '../support/nodePorts'
import { openServer } from '../support/openServer'
import { scriptedLab } from '../support/scriptedLab'
import { temporaryFolder } from '../support/temporary'

function watched(host: HttpHost): Connection[] {
  const states: Connection[] = []
  host.watchConnection((state) => states.push(state))
  return states
}

describe('a connection that breaks', () => {
  it('fails what is under way, says so, and comes back by itself', async () => {
    let answer: (reply: Reply<unknown>) => void = () => undefined
    const lab = scriptedLab({
      send: (name) =>
        name === 'run' ? new Promise((resolve) => (answer = resolve)) : { ok: true, value: name },
    })
    const first = await openServer(lab)
    let { cookie } = first
    const host = new HttpHost(nodePorts(first.origin, () => cookie))
    const states = watched(host)
    expect(states).toEqual(['lost'])
    // Sent before the connection stands: it waits for it.
    expect(await host.send('about', {})).toBe('about')
    expect(states).toEqual(['lost', 'connected'])
    const running = host.send('run', { experiment: 'try' })
    await vi.waitFor(() => {
      expect(lab.sent.at(-1)?.name).toBe('run')
    })
    const lost = expect(running).rejects.toMatchObject({
      code: 'connection-lost',
      message: expect.stringContaining('The lab goes on') as string,
    })
    await first.server.close()
    await lost
    expect(states.at(-1)).toBe('lost')
    await expect(host.send('about', {})).rejects.toMatchObject({ code: 'connection-lost' })
    // The reply comes when nobody is there any more.
    answer({ ok: true, value: {} })

    const again = new LabServer({
      lab,
      pages: await temporaryFolder(),
      uploads: await temporaryFolder(),
      port: first.port,
      log: () => undefined,
    })
    const [url] = await again.open()
    await vi.waitFor(
      () => {
        // The new server does not know the old cookie, and says so.
        expect(states.at(-1)).toBe('refused')
      },
      { timeout: 10_000 },
    )
    cookie = (await fetch(url!)).headers.get('set-cookie')!.split(';')[0]!
    await vi.waitFor(
      () => {
        expect(states.at(-1)).toBe('connected')
      },
      { timeout: 10_000 },
    )
    expect(await host.send('about', {})).toBe('about')
    host.close()
    await again.close()
  })

  it('is told of a lab that is lost, and of its return', async () => {
    const lab = scriptedLab()
    const { origin, cookie } = await openServer(lab)
    const host = new HttpHost(nodePorts(origin, () => cookie))
    const states = watched(host)
    await host.send('about', {})
    lab.turn('lost')
    await vi.waitFor(() => {
      expect(states).toEqual(['lost', 'connected', 'lost'])
    })
    // A page that comes meanwhile is told at once.
    const late = new HttpHost(nodePorts(origin, () => cookie))
    const lateStates = watched(late)
    await late.send('about', {})
    expect(lateStates.at(-1)).toBe('lost')
    lab.turn('running')
    await vi.waitFor(() => {
      expect([states.at(-1), lateStates.at(-1)]).toEqual(['connected', 'connected'])
    })
    host.close()
    late.close()
  })

  it('takes silence for a loss', async () => {
    const { origin, cookie } = await openServer(scriptedLab())
    const ports = nodePorts(origin, () => cookie)
    let silent: () => void = () => undefined
    const host = new HttpHost({
      ...ports,
      after: (ms, action) => {
        if (ms !== 2.5 * wire.beat) return ports.after(ms, action)
        silent = action
        return () => undefined
      },
    })
    const states = watched(host)
    await host.send('about', {})
    silent()
    await vi.waitFor(() => {
      expect(states).toEqual(['lost', 'connected', 'lost', 'connected'])
    })
    host.close()
  })

  it('says before it sends that something is too large', async () => {
    const lab = scriptedLab()
    const { origin, cookie } = await openServer(lab)
    const host = new HttpHost(nodePorts(origin, () => cookie))
    const file = new Uint8Array(wire.messageLimit)
    await expect(
      host.send('playground.classify', { model: 'embedded', picture: { file } }),
    ).rejects.toMatchObject({ code: 'too-large' })
    expect(await host.send('about', {})).toBeTruthy()
    expect(lab.sent).toHaveLength(1)
    host.close()
  })
})
