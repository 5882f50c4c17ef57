import { describe, expect, test } from 'vitest'
import { collect } from '#core/capture/collect'
import type { CaptureOutcome, Crop, ReadSheet } from '#core/capture/types'
import { raster } from '#core/tensor/Raster'

function reading(sheet: number, blur: number, usable = 2): ReadSheet {
  const picture = raster(1, 1, 3)
  const crops = [0, 1].map((slot): Crop => ({
    slot,
    paper: picture,
    paperColour: picture,
    refined: picture,
    refinedColour: picture,
    quality: {
      cameraPxPerSourcePx: 1,
      blurSourcePx: blur,
      residualSourcePx: 0.05,
      expectedErrorSourcePx: 0.05,
      inside: true,
      usable: slot < usable,
      reasons: [],
    },
  }))
  return {
    sheet,
    codesRead: 4,
    codeCorrelation: 0.9,
    identityMargin: 1,
    marks: { found: 70, visible: 72 },
    residualPx: 0.05,
    cameraPxPerSourcePx: 1,
    blurPx: blur,
    warnings: [],
    crops,
    fit: {
      page: { width: 210, height: 297 },
      picture: { width: 1, height: 1 },
      mirrored: false,
      parameters: new Float64Array(0),
      paperHomography: new Float64Array(9),
    },
  }
}

const read = (...sheets: ReadSheet[]): CaptureOutcome => ({ kind: 'read', sheets, refused: [], times: {} })

describe('collect', () => {
  test('of a sheet photographed twice the sharper reading is kept, and said', () => {
    const { sheets, duplicates } = collect(
      [
        { photo: 'a.jpg', outcome: read(reading(0, 1.5)) },
        { photo: 'b.jpg', outcome: read(reading(0, 0.8)) },
      ],
      1,
    )
    expect(sheets.get(0)!.photo).toBe('b.jpg')
    expect(duplicates).toHaveLength(1)
    expect(duplicates[0]!.dropped).toEqual(['a.jpg'])
    expect(duplicates[0]!.message).toContain('Sheet 1 is in 2 photos; b.jpg is the best')
  })

  test('a sharp reading with fewer usable crops loses', () => {
    const { sheets } = collect(
      [
        { photo: 'a.jpg', outcome: read(reading(0, 1.5, 2)) },
        { photo: 'b.jpg', outcome: read(reading(0, 0.8, 1)) },
      ],
      1,
    )
    expect(sheets.get(0)!.photo).toBe('a.jpg')
  })

  test('several sheets in one photo are all taken; what is missing and refused is listed', () => {
    const refused: CaptureOutcome = {
      kind: 'refused',
      reason: 'no-sheet',
      message: 'No sheet.',
      picture: { width: 640, height: 480 },
      times: {},
    }
    const all = collect(
      [
        { photo: 'a.jpg', outcome: read(reading(0, 1), reading(2, 1)) },
        { photo: 'b.jpg', outcome: refused },
      ],
      4,
    )
    expect([...all.sheets.keys()]).toEqual([0, 2])
    expect(all.missing).toEqual([1, 3])
    expect(all.refused).toEqual([{ photo: 'b.jpg', reason: 'no-sheet', message: 'No sheet.' }])
  })
})
