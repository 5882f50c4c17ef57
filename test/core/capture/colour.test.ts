import { describe, expect, test } from 'vitest'
import { fitColour } from '#core/capture/colour'
import { rectify } from '#core/capture/rectify'
import { levelOfLinear, linearOfLevel } from '#core/capture/linear'
import { raster, type Raster } from '#core/tensor/Raster'
import { renderPage, testImage } from '../../support/renderPhoto'
import { testSheets } from '../../support/testSheets'

const sheet = testSheets(1)[0]!
const pxPerMm = 2
const page = renderPage(sheet, pxPerMm)
const project = (x: number, y: number): { x: number; y: number } => ({ x: x * pxPerMm, y: y * pxPerMm })

/** The ideal page under warm light that falls off to the right, seen by a camera that mixes its channels. */
function badLight(): Raster {
  const out = raster(page.width, page.height, 3)
  const light = [0.95, 0.8, 0.55]
  for (let i = 0; i < page.width * page.height; i++) {
    const fall = 0.9 * Math.exp((-0.7 * (i % page.width)) / page.width)
    const r = page.data[3 * i]! * light[0]! * fall
    const g = page.data[3 * i + 1]! * light[1]! * fall
    const b = page.data[3 * i + 2]! * light[2]! * fall
    out.data[3 * i] = levelOfLinear(0.8 * r + 0.2 * g)
    out.data[3 * i + 1] = levelOfLinear(0.1 * r + 0.8 * g + 0.1 * b)
    out.data[3 * i + 2] = levelOfLinear(0.2 * g + 0.8 * b)
  }
  return out
}

const picture = badLight()

describe('fitColour', () => {
  test('takes light and channel mixing out of a crop', () => {
    const correction = fitColour(picture, project, sheet)!
    const slot = sheet.slots.length - 1
    const { box } = sheet.slots[slot]!
    const truth = testImage(sheet.image.width, sheet.image.height, slot)
    const crop = rectify(picture, project, box, sheet.image)
    const error = (data: Float32Array): number => {
      let sum = 0
      data.forEach((v, i) => (sum += Math.abs(v - linearOfLevel[truth.data[i]!]!)))
      return sum / data.length
    }
    const before = error(crop.data)
    const after = error(correction.apply(crop, box).data)
    expect(before).toBeGreaterThan(0.08)
    expect(after).toBeLessThan(0.025)
  })

  test('without patches in the picture there is no correction', () => {
    const none = { ...sheet, patches: sheet.patches.slice(0, 3) }
    expect(fitColour(picture, project, none)).toBeUndefined()
  })
})
