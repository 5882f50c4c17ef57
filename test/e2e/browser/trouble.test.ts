import { execFileSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Generated } from '#contract/steps'
import { openSheetCamera } from '#node/lab/openSheetCamera'
import { temporaryFolder } from '../../support/temporary'
import { noBrowser, openBrowser } from '../support/openBrowser'
import { startServer, type RunningServer } from '../support/startServer'

const program = join(import.meta.dirname, '../../../out/cli.js')

beforeEach((context) => {
  const reason = noBrowser()
  if (reason) context.skip(reason)
})

/** An experiment made by the command line, as far as the named steps. */
async function experimentWith(folder: string, args: string[], ...steps: string[]): Promise<void> {
  await mkdir(folder, { recursive: true })
  const halftone = (...command: string[]): void => {
    execFileSync(process.execPath, [program, ...command, '--folder', folder], { stdio: 'pipe' })
  }
  halftone('new', 'trouble', '--case', 'average', ...args)
  for (const step of steps) halftone(step, 'trouble')
}

async function open(page: Page, server: RunningServer, step: string): Promise<void> {
  await page.goto(server.url)
  await page.getByRole('navigation').getByRole('link', { name: 'Experiments' }).waitFor()
  await page.goto(`${new URL(server.url).origin}/#/e/trouble/${step}`)
}

const done = (page: Page, step: string) =>
  page.getByRole('navigation').getByRole('link', { name: new RegExp(`${step}.*, done`) })

/** What a long run is: so long that there is time to disturb it. */
const long = ['--count', '32', '--methods', 'bim,least-likely', '--epsilons', '16']
const short = ['--count', '2', '--methods', 'fgsm', '--epsilons', '16']

describe('a run that is disturbed', () => {
  it('goes on through a reload of the page and shows in a second tab, which can cancel it', async () => {
    const folder = await temporaryFolder()
    await experimentWith(folder, long)
    const server = await startServer(folder)
    const { context, page, problems } = await openBrowser()
    await open(page, server, 'generate')
    await page.getByRole('button', { name: /^Make/ }).first().click()
    await page.getByRole('progressbar').first().waitFor()
    await page.reload()
    await page.getByRole('button', { name: 'Cancel', exact: true }).waitFor()
    const second = await context.newPage()
    await second.goto(page.url())
    await second.getByRole('button', { name: 'Cancel', exact: true }).click()
    // Both see that it ended, and neither has lost what was finished.
    await second.getByRole('button', { name: 'Cancel', exact: true }).waitFor({ state: 'hidden' })
    await page.getByRole('button', { name: 'Cancel', exact: true }).waitFor({ state: 'hidden' })
    expect(problems).toEqual([])
  })

  it('can go on after the lab was killed with everything in it, and ends with what it would have made', async () => {
    const folder = await temporaryFolder()
    await experimentWith(folder, long)
    const server = await startServer(folder)
    const { page } = await openBrowser()
    await open(page, server, 'generate')
    await page.getByRole('button', { name: /^Make/ }).first().click()
    await page.getByRole('progressbar').first().waitFor()
    await server.kill()
    await page.getByText('The lab cannot be reached').waitFor()

    const again = await startServer(folder)
    await open(page, again, 'generate')
    await page.getByRole('button', { name: 'Go on' }).click()
    await done(page, 'Generate').waitFor({ timeout: 200_000 })
    const plain = await temporaryFolder()
    await experimentWith(plain, long, 'generate')
    expect(await adversarials(folder)).toEqual(await adversarials(plain))
  })

  it('says it when the engine is killed, and goes on with a new one', async () => {
    const folder = await temporaryFolder()
    await experimentWith(folder, long)
    const server = await startServer(folder)
    const { page } = await openBrowser()
    await open(page, server, 'generate')
    await page.getByRole('button', { name: /^Make/ }).first().click()
    // Only once images come does the engine work for the job; before, it is being started.
    await page.locator('[role=progressbar][aria-valuenow]:not([aria-valuenow="0"])').first().waitFor()
    killEngines(server)
    await page.getByRole('button', { name: 'Try again' }).click()
    await done(page, 'Generate').waitFor({ timeout: 200_000 })
  })
})

describe('what a user may get wrong', () => {
  it('is told that a file is no model, that photos are no sheets, and that the camera was refused', async () => {
    const folder = await temporaryFolder()
    await experimentWith(folder, short, 'generate', 'sheets')
    const server = await startServer(folder)
    const { page } = await openBrowser({ allowCamera: false })
    const files = await temporaryFolder()
    await writeFile(join(files, 'model.onnx'), 'this is no model')
    await writeFile(join(files, 'letter.jpg'), 'this is no photo')
    await sharp({ create: { width: 800, height: 600, channels: 3, background: '#7a6a5a' } })
      .jpeg()
      .toFile(join(files, 'table.jpg'))

    await open(page, server, 'setup')
    await page.goto(`${new URL(server.url).origin}/#/models`)
    await page.getByRole('button', { name: 'Add a model' }).click()
    await page.locator('input[type=file][accept*=onnx]').setInputFiles(join(files, 'model.onnx'))
    await page
      .getByText(/cannot be read|cannot be used/)
      .first()
      .waitFor()
    expect(await page.getByRole('button', { name: 'Add', exact: true }).isDisabled()).toBe(true)

    await page.goto(`${new URL(server.url).origin}/#/e/trouble/capture`)
    await page.getByRole('radio', { name: 'Files' }).check({ force: true })
    await page
      .locator('main input[type=file]')
      .first()
      .setInputFiles([join(files, 'table.jpg'), join(files, 'letter.jpg')])
    for (const name of ['table.jpg', 'letter.jpg']) await page.getByText(name).first().waitFor()
    await page
      .getByText(/no code|no sheet|not found|no QR|none of/i)
      .first()
      .waitFor({ timeout: 60_000 })

    await page.getByRole('radio', { name: 'Camera' }).check({ force: true })
    const start = page.getByRole('button', { name: /start|open|turn on/i })
    if (await start.isVisible().catch(() => false)) await start.click()
    await page
      .getByText(/refused|not allowed/i)
      .first()
      .waitFor()
  })
})

describe('a phone', () => {
  it('takes photos for the lab over its own page, and both screens say what came of them', async () => {
    const folder = await temporaryFolder()
    await experimentWith(folder, short, 'generate', 'sheets')
    const pdf = await readFile(join(folder, 'trouble', 'sheets', 'sheets.pdf'))
    await using camera = await openSheetCamera(pdf, {
      level: 'careful hand',
      resolution: '12MP',
      seed: 'phone',
    })
    const photo = join(await temporaryFolder(), 'IMG_0001.jpg')
    await writeFile(photo, (await camera.photograph(0, { aborted: false })).jpeg)

    const server = await startServer(folder)
    const { page } = await openBrowser()
    await open(page, server, 'capture')
    await page.getByRole('radio', { name: 'Phone' }).check({ force: true })
    await page
      .getByRole('button', { name: /phone|open|allow/i })
      .first()
      .click()
    const address = page.getByText(/http:\/\/\S+/).first()
    await address.waitFor()
    const [url] = /http:\/\/\S+/.exec((await address.textContent())!)!

    const { page: phone } = await openBrowser({ width: 390, height: 844 })
    await phone.goto(url)
    await phone.locator('input[type=file]').first().setInputFiles(photo)
    await phone
      .getByText(/Sheet 1/)
      .first()
      .waitFor({ timeout: 90_000 })
    await done(page, 'Capture').waitFor({ timeout: 30_000 })
    // The link was for one phone.
    const { page: other } = await openBrowser({ width: 390, height: 844 })
    await other.goto(url)
    expect(await other.locator('input[type=file]').count()).toBe(0)
  })
})

/** All images that were made, as the lists of their folders tell of them. */
async function adversarials(folder: string): Promise<Generated[]> {
  const settings = ['bim-eps16', 'least-likely-eps16']
  return await Promise.all(
    settings.map(
      async (setting) =>
        JSON.parse(
          await readFile(join(folder, 'trouble', 'images', setting, 'setting.json'), 'utf8'),
        ) as Generated,
    ),
  )
}

/** Kills the engine processes below a server, wherever they hang in its tree of processes. */
function killEngines(server: RunningServer): void {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line)!)
    .map(([, pid, parent, args]) => ({ pid: Number(pid), parent: Number(parent), args: args! }))
  const below = new Set([server.process.pid!])
  for (let grown = true; grown;) {
    grown = false
    for (const { pid, parent } of table) {
      if (below.has(parent) && !below.has(pid)) {
        below.add(pid)
        grown = true
      }
    }
  }
  const engines = table.filter(({ pid, args }) => below.has(pid) && args.includes('engine.js'))
  expect(engines.length).toBeGreaterThan(0)
  for (const { pid } of engines) process.kill(pid, 'SIGKILL')
}
