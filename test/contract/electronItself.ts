import { join } from 'node:path'
import { _electron as electron, type Page } from 'playwright-core'
import type { Bridge } from '#contract/bridge'
import type { Connection } from '#contract/host'
import { ElectronHost } from '#renderer/host/electron'
import { onDisk, type Contestant } from './contestants'

/** What the preload script shows the page. */
interface WithBridge {
  readonly halftone: Bridge
  /** What this test has put in. */
  tellEvent(name: string, value: unknown): void
}

/** The built program in Electron, driven from outside: what a page would call is called in its page. */
export async function electronItself(path: string, folder: string, bug: boolean): Promise<Contestant | null> {
  if (bug) return null
  const program = await electron.launch({
    executablePath: path,
    args: [join(import.meta.dirname, '../..')],
    env: { ...(process.env as Record<string, string>), HALFTONE_FOLDER: folder },
  })
  const page = await program.firstWindow()
  await page.waitForFunction(() => 'halftone' in window)
  const host = new ElectronHost(await bridgeInto(page))
  return {
    host,
    ...onDisk(folder),
    read: (ref, side) =>
      page.evaluate(
        async (address) => {
          const response = await fetch(address)
          return response.ok ? new Uint8Array(await response.arrayBuffer()) : null
        },
        host.blobUrl(ref, side),
      ),
    close: () => program.close(),
  }
}

async function bridgeInto(page: Page): Promise<Bridge> {
  const listeners = new Set<(name: string, value: unknown) => void>()
  await page.exposeFunction('tellEvent', (name: string, value: unknown) => {
    for (const listener of listeners) listener(name, value)
  })
  const state = await page.evaluate(
    () =>
      new Promise<Connection>((resolve) => {
        const { halftone, tellEvent } = window as unknown as WithBridge
        halftone.onEvent(tellEvent)
        halftone.onConnection(resolve)
      }),
  )
  const call = <K extends keyof Bridge>(name: K, values: readonly unknown[]): ReturnType<Bridge[K]> =>
    page.evaluate(
      ([method, given]) => {
        const { halftone } = window as unknown as {
          halftone: Record<string, (...values: unknown[]) => unknown>
        }
        return halftone[method]!(...given)
      },
      [name, values] as const,
    ) as ReturnType<Bridge[K]>
  return {
    send: (...values) => call('send', values),
    onEvent(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    onConnection(listener) {
      listener(state)
      return () => undefined
    },
    onMenu: () => () => undefined,
    // Files of this test lie nowhere.
    pathOf: () => '',
    upload: (...values) => call('upload', values),
    pick: (...values) => call('pick', values),
    save: (...values) => call('save', values),
    print: (...values) => call('print', values),
    reveal: (...values) => call('reveal', values),
  }
}
