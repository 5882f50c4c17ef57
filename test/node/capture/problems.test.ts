import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SheetModel } from '#core/capture/SheetModel'
import type { CaptureOutcome, ReadSheet } from '#core/capture/types'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import { raster } from '#core/tensor/Raster'
import { createCapture, type Capture } from '#node/capture/createCapture'
import { photograph, renderPage, type Page, type Photo, type Shot } from '../../support/renderPhoto'
import { testSheets } from '../../support/testSheets'

const hd = { width: 1280, height: 720 }
const careful: Shot = { ...hd, yaw: 6, pitch: -4, roll: 91, k1: -0.03, curl: 0.4, blur: 0.7 }
const sheets = testSheets(3)
let page: Page
let capture: Capture

beforeAll(async () => {
  capture = await createCapture()
  page = renderPage(sheets[1]!, 5)
})
afterAll(() => {
  capture.close()
})

function readOf(outcome: CaptureOutcome): ReadSheet {
  if (outcome.kind === 'refused') throw new Error(`Refused: ${outcome.reason}: ${outcome.message}`)
  return outcome.sheets[0]!
}

/** The largest distance in source pixels between where the fit and the truth put the slots' corners. */
function worstError(read: ReadSheet, sheet: SheetGeometry, photo: Photo): number {
  const { fit } = read
  const model = new SheetModel(fit.page, fit.picture, fit.parameters)
  let worst = 0
  for (const { box } of sheet.slots) {
    for (const [fx, fy] of [
      [0, 0],
      [1, 0],
      [0.5, 0.5],
      [0, 1],
      [1, 1],
    ] as const) {
      const x = box.x + fx * box.width
      const y = box.y + fy * box.height
      const a = model.project(x, y)
      const b = photo.project({ x, y })
      const [p, q, r, s] = model.scaleAt(x, y)
      const pitch = (box.width / sheet.image.width) * Math.sqrt(Math.abs(p * s - q * r))
      worst = Math.max(worst, Math.hypot(a.x - b.x, a.y - b.y) / pitch)
    }
  }
  return worst
}

/** Paints a page rectangle grey, in millimetres. */
function covered(from: Page, corners: readonly string[]): Page {
  const data = Float32Array.from(from.data)
  for (const { box, corner } of from.geometry.codes) {
    if (!corners.includes(corner)) continue
    for (let y = Math.floor((box.y - 2) * from.pxPerMm); y < (box.y + box.height + 2) * from.pxPerMm; y++) {
      const row = y * from.width
      const left = Math.floor((box.x - 2) * from.pxPerMm)
      const right = Math.ceil((box.x + box.width + 2) * from.pxPerMm)
      data.fill(0.3, (row + left) * 3, (row + right) * 3)
    }
  }
  return { ...from, data }
}

describe('photos that are read', () => {
  test.each<{ name: string; shot: Shot; covered?: string[]; codes: number; error: number; warning?: string }>(
    [
      { name: 'careful', shot: careful, codes: 4, error: 0.25 },
      {
        name: 'tilted, bent, uneven light',
        shot: { ...careful, yaw: 20, pitch: 12, roll: 80, curl: 2, k1: -0.08, falloff: 0.5 },
        codes: 2,
        error: 0.6,
        warning: 'low-resolution',
      },
      {
        name: 'two codes covered on one side',
        shot: careful,
        covered: ['top-left', 'bottom-left'],
        codes: 2,
        error: 0.5,
        warning: 'few-codes',
      },
      {
        name: 'two codes covered across',
        shot: { ...careful, roll: 270 },
        covered: ['top-right', 'bottom-left'],
        codes: 2,
        error: 0.5,
        warning: 'few-codes',
      },
      {
        name: 'one code left',
        shot: careful,
        covered: ['top-left', 'bottom-left', 'bottom-right'],
        codes: 1,
        error: 0.6,
        warning: 'few-codes',
      },
      { name: 'turned by 37 degrees', shot: { ...hd, roll: 37, fill: 0.8, blur: 0.6 }, codes: 0, error: 0.6 },
      { name: 'soft', shot: { ...careful, blur: 1.3 }, codes: 0, error: 0.6, warning: 'soft' },
    ],
  )('$name', ({ shot, covered: hidden, codes, error, warning }) => {
    const photo = photograph([{ page: hidden ? covered(page, hidden) : page, shot }])
    const read = readOf(capture.photo(photo.picture, sheets))
    expect(read.sheet).toBe(1)
    expect(read.codesRead).toBeGreaterThanOrEqual(codes)
    expect(read.crops).toHaveLength(sheets[1]!.slots.length)
    expect(worstError(read, sheets[1]!, photo)).toBeLessThan(error)
    if (warning !== undefined) expect(read.warnings.map(({ kind }) => kind)).toContain(warning)
  })

  test('a mirrored picture is turned back', () => {
    const photo = photograph([{ page, shot: { ...careful, mirrored: true } }])
    const read = readOf(capture.photo(photo.picture, sheets))
    expect(read.sheet).toBe(1)
    expect(read.fit.mirrored).toBe(true)
    expect(read.warnings.map(({ kind }) => kind)).toContain('mirrored')
    expect(worstError(read, sheets[1]!, photo)).toBeLessThan(0.3)
  })

  test('two sheets in one photo are both read', () => {
    const other = renderPage(sheets[2]!, 5)
    const wide = { width: 1920, height: 1080, fill: 0.85, blur: 0.6 }
    const photo = photograph([
      { page, shot: { ...wide, roll: 2, shift: { x: -440, y: 0 } } },
      { page: other, shot: { ...wide, roll: -3, shift: { x: 440, y: 0 } } },
    ])
    const outcome = capture.photo(photo.picture, sheets)
    expect(outcome.kind === 'read' && outcome.sheets.map((read) => read.sheet).sort()).toEqual([1, 2])
  })

  test('a sheet beside one of another experiment is read, and the other is named', () => {
    const other = renderPage(testSheets(1, 'OTHER1')[0]!, 5)
    const wide = { width: 1920, height: 1080, fill: 0.85, blur: 0.6 }
    const photo = photograph([
      { page, shot: { ...wide, roll: 2, shift: { x: -440, y: 0 } } },
      { page: other, shot: { ...wide, roll: -3, shift: { x: 440, y: 0 } } },
    ])
    const outcome = capture.photo(photo.picture, sheets)
    expect(outcome.kind === 'read' && outcome.sheets.map((read) => read.sheet)).toEqual([1])
    expect(outcome.kind === 'read' && outcome.refused.map(({ reason }) => reason)).toEqual([
      'wrong-experiment',
    ])
  })

  test('a sheet partly outside gives the crops that are inside and says so of the others', () => {
    const photo = photograph([
      { page, shot: { ...careful, width: 1920, height: 1080, shift: { x: 520, y: 0 } } },
    ])
    const read = readOf(capture.photo(photo.picture, sheets))
    const inside = read.crops.filter((crop) => crop.quality.inside)
    expect(inside.length).toBeGreaterThan(10)
    expect(inside.length).toBeLessThan(read.crops.length)
    const outside = read.crops.find((crop) => !crop.quality.inside)!
    expect(outside.quality.usable).toBe(false)
    expect(outside.quality.reasons[0]).toContain('not wholly in the photo')
    expect(read.warnings.map(({ kind }) => kind)).toContain('partly-outside')
  })

  test('corners by hand, some pixels off and from any corner, do when no code can be read', () => {
    const hidden = ['top-left', 'top-right', 'bottom-right', 'bottom-left']
    const photo = photograph([{ page: covered(page, hidden.slice(0, 2)), shot: careful }])
    const { width, height } = sheets[1]!.paper
    const at = (x: number, y: number): { x: number; y: number } => {
      const p = photo.project({ x, y })
      return { x: p.x + 4, y: p.y - 3 }
    }
    const points = [at(width, height), at(0, height), at(0, 0), at(width, 0)] as const
    const outcome = capture.photo(photo.picture, sheets, { corners: { of: 'paper', points } })
    const read = readOf(outcome)
    expect(read.sheet).toBe(1)
    expect(read.warnings.map(({ kind }) => kind)).toContain('corners-by-hand')
    expect(worstError(read, sheets[1]!, photo)).toBeLessThan(0.5)
  })

  test('crops come in the size that is asked for, and in linear light show the printed picture', () => {
    const photo = photograph([{ page, shot: { ...careful, k1: 0, curl: 0 } }])
    const read = readOf(capture.photo(photo.picture, sheets, { size: { width: 64, height: 48 } }))
    for (const way of ['paper', 'paperColour', 'refined', 'refinedColour'] as const) {
      expect(read.crops[0]![way]).toMatchObject({ width: 64, height: 48, channels: 3 })
    }
  })
})

describe('photos that are refused', () => {
  test.each<{ name: string; photo: () => ReturnType<typeof raster>; reason: string; says: string }>([
    {
      name: 'a grey wall',
      photo: () => raster(1280, 720, 3, new Uint8Array(1280 * 720 * 3).fill(120)),
      reason: 'no-sheet',
      says: 'No sheet was found',
    },
    {
      name: 'another experiment',
      photo: () => photograph([{ page: renderPage(testSheets(1, 'OTHER1')[0]!, 5), shot: careful }]).picture,
      reason: 'wrong-experiment',
      says: 'experiment OTHER1; expected experiment TEST01',
    },
    {
      name: 'a sheet that is not among these',
      photo: () => photograph([{ page: renderPage(testSheets(4)[3]!, 5), shot: careful }]).picture,
      reason: 'unknown-sheet',
      says: 'sheet 4 of experiment TEST01',
    },
    {
      name: 'far too blurred',
      photo: () => photograph([{ page, shot: { ...careful, blur: 5 } }]).picture,
      reason: 'no-sheet',
      says: 'No sheet was found',
    },
  ])('$name', ({ photo, reason, says }) => {
    const outcome = capture.photo(photo(), sheets)
    expect(outcome).toMatchObject({ kind: 'refused', reason })
    expect(outcome.kind === 'refused' && outcome.message).toContain(says)
  })

  test('no sheets to look for, or a picture too small, is the caller’s error', () => {
    const grey = raster(100, 100, 1)
    expect(() => capture.photo(grey, [])).toThrow(/at least one sheet/)
    expect(() => capture.photo(raster(20, 20, 1), sheets)).toThrow(/at least 64x64 pixels, got 20x20/)
  })
})
