import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import type { Experiment } from '#contract/experiment'
import { openLab } from '#node/lab/openLab'
import { openSheetCamera } from '#node/lab/openSheetCamera'
import { arrivingScenes, emptyScene, writeMjpeg, type Scene } from '../../support/fakeCamera'

const webcam = { width: 1920, height: 1080 }

/**
 * From the first page of an empty lab to a report, as one person walks it, with the simulated photos of the app's own PDF
 * before the camera.
 * @param experiments the lab's folder @param camera the file that the camera shows, which is written here
 * @returns the experiment's folder
 */
export async function walkMainPath(page: Page, experiments: string, camera: string): Promise<string> {
  await page.getByRole('button', { name: 'Set up your own' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Webcam')
  await page.getByLabel('Images of each case').fill('3')
  await page.getByLabel('Prefiltered case').uncheck()
  await page.getByLabel('Strengths ε').fill('16')
  await page.getByLabel('Iterative least-likely class').uncheck()
  await page.getByRole('radio', { name: 'Taken by you' }).check({ force: true })
  await page.getByLabel('Camera', { exact: true }).selectOption({ label: await optionWith(page, '1080') })
  await page.getByRole('button', { name: 'Make the experiment' }).click()
  await page.waitForURL(/#\/e\/webcam\//)

  await page.goto(page.url().replace(/\/[^/]*$/, '/generate'))
  await page.getByRole('button', { name: 'Make all 2' }).click()
  await stepDone(page, 'Generate')

  await page.goto(page.url().replace(/\/[^/]*$/, '/print'))
  await page.getByRole('button', { name: 'Make the sheets' }).click()
  await stepDone(page, 'Print')

  const mine = join(experiments, 'webcam')
  await filmSheets(join(mine, 'sheets', 'sheets.pdf'), camera)
  await page.goto(page.url().replace(/\/[^/]*$/, '/capture'))
  await page.getByRole('radio', { name: 'Camera' }).check({ force: true })
  const start = page.getByRole('button', { name: /start|open|turn on/i })
  if (await start.isVisible().catch(() => false)) await start.click()
  await stepDone(page, 'Capture')

  await page.goto(page.url().replace(/\/[^/]*$/, '/results'))
  await page.getByRole('button', { name: 'Score the photos' }).first().click()
  await stepDone(page, 'Results')
  await page.getByRole('table').first().waitFor()

  await page.goto(page.url().replace(/\/[^/]*$/, '/report'))
  await page.getByRole('button', { name: 'Write the report' }).first().click()
  await stepDone(page, 'Report')
  return mine
}

/** Waits until the rail says that a step is done. */
async function stepDone(page: Page, step: string): Promise<void> {
  await page
    .getByRole('navigation')
    .getByRole('link', { name: new RegExp(`${step}.*, done`) })
    .waitFor({ timeout: 120_000 })
}

async function optionWith(page: Page, text: string): Promise<string> {
  const options = await page.getByLabel('Camera', { exact: true }).locator('option').allTextContents()
  return options.find((option) => option.includes(text))!
}

/** The app's own PDF, printed and photographed by the simulator: each sheet comes into view, lies still, and goes. */
async function filmSheets(pdf: string, file: string): Promise<void> {
  await using sheets = await openSheetCamera(await readFile(pdf), {
    level: 'careful hand',
    resolution: '1080p',
    seed: 'film',
  })
  const scenes: Scene<Uint8Array>[] = []
  const pages = await pagesOf(pdf)
  for (let page = 0; page < pages; page++) {
    const { jpeg } = await sheets.photograph(page, { aborted: false })
    scenes.push(await emptyScene(webcam, 10), ...(await arrivingScenes(jpeg, 6)), {
      picture: jpeg,
      frames: 90,
    })
  }
  await writeMjpeg(file, scenes)
}

async function pagesOf(pdf: string): Promise<number> {
  const list = JSON.parse(await readFile(pdf.replace('sheets.pdf', 'sheets.json'), 'utf8')) as {
    sheets: unknown[]
  }
  return list.sheets.length
}

/** The same experiment of the same seed on the same photos, by the lab alone. */
export async function withoutWindow(windowed: string, folder: string): Promise<unknown> {
  const { model: _, ...chosen } = JSON.parse(
    await readFile(join(windowed, 'experiment.json'), 'utf8'),
  ) as Experiment
  await using opened = openLab({ folder })
  const send = async <T>(
    reply: Promise<{ ok: true; value: T } | { ok: false; message: string }>,
  ): Promise<T> => {
    const answered = await reply
    if (!answered.ok) throw new Error(answered.message)
    return answered.value
  }
  const { lab } = opened
  const { name, images, count, seed, cases, prefilter, settings, sheets, capture } = chosen
  const { id } = await send(
    lab.send('experiment.create', {
      name,
      images,
      count,
      seed,
      cases: [...cases],
      prefilter,
      settings: settings.map(({ attack, params }) => ({ attack, params })),
      sheets,
      capture,
    }),
  )
  await send(lab.send('generate', { experiment: id }))
  await send(lab.send('sheets', { experiment: id }))
  const photos = (await readdir(join(windowed, 'photos'))).filter((file) => !file.endsWith('.json'))
  await send(
    lab.send('import', { experiment: id, paths: photos.map((file) => join(windowed, 'photos', file)) }),
  )
  await send(lab.send('score', { experiment: id }))
  return await scoresIn(join(folder, id))
}

export async function scoresIn(experiment: string): Promise<unknown> {
  return JSON.parse(await readFile(join(experiment, 'results', 'scores.json'), 'utf8')) as unknown
}
