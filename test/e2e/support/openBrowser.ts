import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'
import { inject, onTestFailed, onTestFinished } from 'vitest'
import { temporaryFolder } from '../../support/temporary'

export interface BrowserOptions {
  /** A video (Y4M or MJPEG) that stands for the camera's picture; it may be written later, before a page asks for it. */
  readonly camera?: string
  /** Whether the browser lets pages have the camera. By default it does. */
  readonly allowCamera?: boolean
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
}

export interface OpenBrowser {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors that pages wrote to their consoles or threw, but for those that a test expects. */
  readonly problems: string[]
}

/** Why browser tests cannot run here; undefined when they can. */
export function noBrowser(): string | undefined {
  const found = inject('chromium')
  return 'reason' in found ? found.reason : undefined
}

/** Debian's Chromium, or another that is installed, with a new profile; closed after the test. */
export async function openBrowser(options: BrowserOptions = {}): Promise<OpenBrowser> {
  const found = inject('chromium')
  if ('reason' in found) throw new Error(found.reason)
  const { camera, allowCamera = true, theme = 'light', width = 1280, height = 800 } = options
  const context = await chromium.launchPersistentContext(join(await temporaryFolder(), 'profile'), {
    executablePath: found.path,
    headless: true,
    // In containers and as root Chromium's own sandbox does not start.
    chromiumSandbox: false,
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
    acceptDownloads: true,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(camera === undefined && allowCamera ? [] : ['--use-fake-device-for-media-stream']),
      ...(allowCamera ? ['--use-fake-ui-for-media-stream'] : ['--deny-permission-prompts']),
      ...(camera === undefined ? [] : [`--use-file-for-fake-video-capture=${camera}`]),
    ],
  })
  onTestFinished(() => context.close())
  onTestFailed(async ({ task }) => {
    const folder = await mkdtemp(join(tmpdir(), 'halftone-failed-'))
    for (const [number, open] of context.pages().entries()) {
      const path = join(folder, `page-${number}.png`)
      await open.screenshot({ path }).catch(() => undefined)
      console.log(`What the page showed when "${task.name}" failed: ${path}`)
    }
  })
  const problems: string[] = []
  context.on('page', (page) => {
    watch(page, problems)
  })
  const page = context.pages()[0] ?? (await context.newPage())
  watch(page, problems)
  return { context, page, problems }
}

function watch(page: Page, problems: string[]): void {
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('pageerror', (error) => problems.push(error.message))
}
