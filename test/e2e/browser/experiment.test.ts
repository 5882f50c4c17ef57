import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/temporary'
import { scoresIn, walkMainPath, withoutWindow } from '../support/mainPath'
import { noBrowser, openBrowser } from '../support/openBrowser'
import { startServer } from '../support/startServer'

beforeEach((context) => {
  const reason = noBrowser()
  if (reason) context.skip(reason)
})

it('leads from a new experiment over a webcam to a report, with the numbers of a run without a window', async () => {
  const folder = await temporaryFolder()
  const experiments = join(folder, 'experiments')
  const camera = join(folder, 'camera.mjpeg')
  await mkdir(experiments)
  const server = await startServer(experiments)
  const { page, problems } = await openBrowser({ camera, width: 1360, height: 900 })
  await page.goto(server.url)
  const mine = await walkMainPath(page, experiments, camera)

  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export PDF' }).click()
  const pdf = await readFile((await (await downloading).path())!)
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')

  expect(await withoutWindow(mine, join(folder, 'headless'))).toEqual(await scoresIn(mine))
  expect(problems).toEqual([])
})
