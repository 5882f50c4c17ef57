import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { CapturePool } from '#node/capture/CapturePool'
import { photograph, renderPage } from '../../support/renderPhoto'
import { testSheets } from '../../support/testSheets'

test('reads files and pixels in its own threads, and passes errors on', async () => {
  const sheets = testSheets(1)
  const shot = { width: 1280, height: 720, roll: 90, blur: 0.6 }
  const { picture } = photograph([{ page: renderPage(sheets[0]!, 5), shot }])
  const folder = await mkdtemp(join(tmpdir(), 'halftone-capture-'))
  const file = join(folder, 'photo.jpg')
  const pool = new CapturePool(sheets, 2)
  try {
    await sharp(picture.data, { raw: { width: 1280, height: 720, channels: 3 } })
      .jpeg({ quality: 92 })
      .toFile(file)
    const outcomes = await Promise.all([pool.photo(file), pool.photo(picture), pool.photo(file)])
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(['read', 'read', 'read'])
    await expect(pool.photo(join(folder, 'none.jpg'))).rejects.toMatchObject({ code: 'not-found' })
    // The expectation stands before the rejection comes: closing rejects at once.
    const cut = expect(pool.photo(file)).rejects.toMatchObject({ code: 'cancelled' })
    await pool.close()
    await cut
    await expect(pool.photo(file)).rejects.toMatchObject({ code: 'cancelled' })
  } finally {
    await pool.close()
    await rm(folder, { recursive: true })
  }
})
