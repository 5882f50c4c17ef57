import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { LabProcess } from '#node/lab/LabProcess'
import { halftoneFolder } from '#node/lab/halftoneFolder'
import { LabServer } from '#server/LabServer'
import { pagesFolder } from '#server/pagesFolder'
import { findChromium } from '../../test/e2e/support/chromium'

/*
 * Pictures of every page in both themes and three sizes, to be looked at: npm run screenshots -- [folder] [experiments].
 * An experiment is run first when the folder of experiments has none.
 */
const [out = 'screenshots', experiments] = process.argv.slice(2)
const sizes = [
  { name: 'small', width: 1024, height: 700 },
  { name: 'usual', width: 1440, height: 900 },
  { name: '4k', width: 3840, height: 2160 },
] as const
const side = ['experiments', 'new', 'playground', 'models', 'settings']
const steps = ['setup', 'generate', 'print', 'capture', 'results', 'report']

const executablePath = findChromium()
if (executablePath === undefined)
  throw new Error('No Chromium here: install one, or name it in HALFTONE_CHROMIUM.')
const scratch = await mkdtemp(join(tmpdir(), 'halftone-screenshots-'))
const folder = resolve(experiments ?? join(scratch, 'experiments'))
await mkdir(out, { recursive: true })

await using lab = new LabProcess({ folder })
const server = new LabServer({
  lab,
  pages: pagesFolder(),
  uploads: halftoneFolder(folder).uploads,
  log: (line) => console.error(line),
})
const [url] = await server.open()
const { origin } = new URL(url!)

try {
  await photograph('first-start', side.slice(0, 1), null)
  const experiment = await someExperiment()
  await photograph('', side, null)
  await photograph('', steps, experiment)
} finally {
  await server.close()
  await rm(scratch, { recursive: true, force: true })
}

/** The id of a whole experiment: one that is there, or a small one that is run now. */
async function someExperiment(): Promise<string> {
  const list = await lab.send('experiment.list', {})
  const whole = list.ok && list.value.find(({ steps: has }) => (has?.reported.done ?? 0) > 0)
  if (whole) return whole.id
  const count = 6
  const made = await lab.send('experiment.create', {
    name: 'Fast against iterative, phone camera',
    images: { kind: 'signs', split: 'test', seed: '1' },
    count,
    seed: '1',
    cases: ['average', 'prefiltered'],
    prefilter: { confidence: 0.8, searchLimit: 4 * count },
    settings: ['fgsm', 'bim', 'leastLikely'].flatMap((attack) =>
      [16, 8, 4, 2].map((epsilon) => ({ attack, params: { epsilon } })),
    ),
    sheets: { paper: 'A4', orientation: 'portrait', imageMm: null, columns: null, margin: 10 },
    capture: { kind: 'simulator', level: 'careful hand', resolution: '12MP', seed: '1' },
  })
  if (!made.ok) throw new Error(made.message)
  console.log('Running an experiment to take pictures of...')
  const ran = await lab.send('run', { experiment: made.value.id, study: 12 })
  if (!ran.ok) throw new Error(ran.message)
  return made.value.id
}

async function photograph(
  prefix: string,
  pages: readonly string[],
  experiment: string | null,
): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    for (const { name, width, height } of sizes) {
      const context = await chromium.launchPersistentContext(await mkdtemp(join(scratch, 'profile-')), {
        executablePath: executablePath!,
        headless: true,
        chromiumSandbox: false,
        viewport: { width, height },
        colorScheme: theme,
        reducedMotion: 'reduce',
        args: ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
      })
      const page = context.pages()[0] ?? (await context.newPage())
      await page.goto(url!)
      await page.getByRole('navigation').waitFor()
      for (const each of pages) {
        await page.goto(`${origin}/#/${experiment === null ? each : `e/${experiment}/${each}`}`)
        await settled(page)
        const file = [prefix || each, name, theme].join('-')
        await page.screenshot({ path: join(out, `${file}.png`) })
      }
      await context.close()
    }
  }
  console.log(`${pages.join(', ')}: in ${out}`)
}

/** Until the page has its heading and its pictures, and has drawn them. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(500)
}
