import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { _electron as electron } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { findElectron } from '../../../bin/find-electron.js'
import { temporaryFolder } from '../../support/temporary'
import { scoresIn, walkMainPath, withoutWindow } from '../support/mainPath'

const root = join(import.meta.dirname, '../../..')

it('leads from a new experiment over a webcam to a report, in Electron itself', async ({ skip }) => {
  const found = await findElectron(root, { mayDownload: false })
  if (!found.path) skip(`Electron cannot be had here: ${found.reason ?? 'no reason given'}`)
  const folder = await temporaryFolder()
  const experiments = join(folder, 'experiments')
  const camera = join(folder, 'camera.mjpeg')
  await mkdir(experiments)
  const program = await electron.launch({
    executablePath: found.path!,
    args: [
      root,
      `--user-data-dir=${join(folder, 'profile')}`,
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${camera}`,
    ],
    env: { ...(process.env as Record<string, string>), HALFTONE_FOLDER: experiments },
  })
  onTestFinished(() => program.close())
  const page = await program.firstWindow()
  await page.setViewportSize({ width: 1360, height: 900 })
  const mine = await walkMainPath(page, experiments, camera)

  // The save dialog cannot be clicked from here: it is answered as a user would.
  const copy = join(folder, 'copy.pdf')
  await program.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, copy)
  await page.getByRole('button', { name: 'Export PDF' }).click()
  await expect
    .poll(() =>
      readFile(copy).then(
        (pdf) => pdf.subarray(0, 5).toString(),
        () => '',
      ),
    )
    .toBe('%PDF-')
  expect(await withoutWindow(mine, join(folder, 'headless'))).toEqual(await scoresIn(mine))
})
