import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium, type Page } from 'playwright-core'
import { builtFile } from '#node/process/builtFile'
import { findChromium } from '../../test/e2e/support/chromium'
import { median, type Row } from './table'

/** Starts that are timed. */
const starts = 5
/** Images of the experiment that is scrolled and attacked. */
const images = 1000
/** How long frames are counted, in ms. */
const span = 5000

/**
 * What someone who opens the lab waits for, and how smooth the page is: in Chromium without a GPU, so that frames cost what
 * they cost on the worst machine. The rates of frames are those of the whole machine: run this section on a quiet one.
 */
export async function benchWindow(): Promise<readonly Row[]> {
  const rows: Row[] = [await pageSize()]
  const executablePath = findChromium()
  if (executablePath === undefined) {
    return [...rows, { name: 'page in a browser', value: NaN, unit: '', note: 'no Chromium here' }]
  }
  const folder = await mkdtemp(join(tmpdir(), 'halftone-bench-'))
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath,
    headless: true,
    chromiumSandbox: false,
    viewport: { width: 1440, height: 900 },
    args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  })
  try {
    const page = await context.newPage()
    const ready: number[] = []
    for (let i = 0; i < starts; i++) ready.push(await timeToReady(page, join(folder, `empty-${i}`)))
    rows.push({
      name: 'from `halftone serve` to a page that can be used',
      value: median(ready),
      unit: 'ms',
      reference: 'aim 2000',
      note: `median of ${starts}, slowest ${Math.round(Math.max(...ready))}; a new folder each`,
    })
    rows.push(...(await smoothness(page, join(folder, 'experiments'))))
  } finally {
    await context.close()
    await rm(folder, { recursive: true, force: true })
  }
  return rows
}

/** All JavaScript of the page, whatever of it a visit loads. */
async function pageSize(): Promise<Row> {
  const assets = join(builtFile('renderer'), 'assets')
  let bytes = 0
  for (const name of await readdir(assets)) {
    if (name.endsWith('.js')) bytes += gzipSync(await readFile(join(assets, name)), { level: 9 }).length
  }
  return {
    name: 'JavaScript of all pages and workers, gzipped',
    value: bytes / 1024,
    unit: 'KB',
    reference: 'at most 250',
  }
}

interface Served extends AsyncDisposable {
  readonly url: string
}

async function serve(folder: string): Promise<Served> {
  const child = spawn(process.execPath, [builtFile('cli.js'), 'serve', '--no-open', '--folder', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      const found = /http:\/\/\S+/.exec(said)
      if (found) resolve(found[0])
    })
    child.on('exit', (code) => {
      reject(new Error(`halftone serve ended with code ${code}`))
    })
  })
  return {
    url,
    [Symbol.asyncDispose]: async () => {
      const ended = new Promise((resolve) => child.on('exit', resolve))
      child.kill('SIGINT')
      await ended
    },
  }
}

async function timeToReady(page: Page, folder: string): Promise<number> {
  const started = performance.now()
  await using served = await serve(folder)
  await page.goto(served.url)
  await page.getByRole('button', { name: 'Set up your own' }).waitFor()
  return performance.now() - started
}

async function smoothness(page: Page, folder: string): Promise<Row[]> {
  await using served = await serve(folder)
  const { origin } = new URL(served.url)
  await page.goto(served.url)
  await page.getByRole('button', { name: 'Set up your own' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Bench')
  await page.getByLabel('Images of each case').fill(String(images))
  await page.getByLabel('Prefiltered case').uncheck()
  await page.getByLabel('Strengths ε').fill('16')
  await page.getByLabel('Iterative least-likely class').uncheck()
  await page.getByRole('button', { name: 'Make the experiment' }).click()
  await page.waitForURL(/#\/e\//)
  await page.goto(`${origin}/#/e/bench/generate`)
  const idle = await frames(page)
  await page.getByRole('button', { name: /^Make/ }).first().click()
  await page.getByRole('progressbar').first().waitFor()
  const attacked = await frames(page)
  // The first method is done; its thousand images are looked at while the second is made.
  const cell = page.getByRole('button', { name: /Fast gradient sign.*: (?!being made|not made)/ })
  await cell.waitFor({ timeout: 600_000 })
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await cell.click()
  const scrolled = await frames(page, 40)
  const row = (name: string, { rate, longest }: Frames): Row => ({
    name,
    value: rate,
    unit: 'frames/s',
    reference: 'aim 60',
    note: `longest gap ${Math.round(longest)} ms`,
  })
  return [
    row('page at rest', idle),
    row('while an attack runs', attacked),
    row(`scrolling ${images} images`, scrolled),
  ]
}

interface Frames {
  readonly rate: number
  /** The longest time between two frames, in ms. */
  readonly longest: number
}

/** Frames a second over some seconds. @param scroll pixels to scroll down at each */
async function frames(page: Page, scroll = 0): Promise<Frames> {
  return await page.evaluate(
    `new Promise((resolve) => {
      const times = []
      const main = document.querySelector('main')
      const each = (now) => {
        times.push(now)
        if (${scroll}) main.scrollTop += ${scroll}
        if (now - times[0] < ${span}) requestAnimationFrame(each)
        else {
          const gaps = times.slice(1).map((time, i) => time - times[i])
          resolve({ rate: (1000 * gaps.length) / (times.at(-1) - times[0]), longest: Math.max(...gaps) })
        }
      }
      requestAnimationFrame(each)
    })`,
  )
}
