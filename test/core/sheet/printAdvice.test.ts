import { describe, expect, it } from 'vitest'
import { cameraOf, cameras, keepsPhotos } from '#core/sheet/cameras'
import { layoutDefaults, type LayoutOptions } from '#core/sheet/LayoutOptions'
import { layoutSheet } from '#core/sheet/layoutSheet'
import { laySheet, layoutSheets } from '#core/sheet/layoutSheets'
import { printAdvice, printFacts } from '#core/sheet/printAdvice'
import { recommend } from '#core/sheet/recommend'

const imagePx = { width: 128, height: 128 }
const laid = (change: Partial<LayoutOptions> = {}) => layoutSheet({ ...layoutDefaults, imagePx, ...change })
const kinds = (layout: ReturnType<typeof laid>, camera: keyof typeof cameras, pairs = 20) =>
  printAdvice(layout, cameras[camera], pairs).map(({ kind, level }) => `${kind} ${level}`)

describe('printAdvice', () => {
  it('has nothing to say of what is recommended', () => {
    const { options } = recommend(imagePx, cameras['12MP'])
    expect(printAdvice(layoutSheet(options), cameras['12MP'], 20)).toEqual([])
  })

  it('warns of pixels that a camera cannot see, and says how wide they would have to be', () => {
    const layout = laid()
    expect(kinds(layout, '720p')).toEqual(['pixels warn'])
    const { message } = printAdvice(layout, cameras['720p'], 20)[0]!
    expect(message).toMatch(/0\.67 camera pixels; fine perturbations need at least 1/)
    const mm = Number(/images ([\d.]+) mm wide or wider/.exec(message)![1])
    const wide = laid({ size: { kind: 'mm', width: mm } })
    expect(printFacts(wide, cameras['720p'], 20).cameraPx).toBeGreaterThanOrEqual(1)
    const narrower = laid({ size: { kind: 'dots', dotsPerPixel: wide.dotsPerPixel - 1 } })
    expect(printFacts(narrower, cameras['720p'], 20).cameraPx).toBeLessThan(1)
  })

  it('says so when crops would be refused, and when no width would help', () => {
    expect(kinds(laid({ size: { kind: 'dots', dotsPerPixel: 2 } }), '720p')).toEqual([
      'pixels bad',
      'shade warn',
    ])
    const many = laid({ imagePx: { width: 512, height: 512 }, size: { kind: 'dots', dotsPerPixel: 4 } })
    expect(printAdvice(many, cameras['720p'], 4)[0]!.message).toMatch(/which this paper does not hold/)
  })

  it('warns of codes that are too small', () => {
    expect(printAdvice(laid(), { width: 640, height: 480 }, 20).map(({ kind }) => kind)).toContain('code')
    expect(kinds(laid(), '720p')).not.toContain('code warn')
  })

  it('warns of margins that printers cut, of rounded widths, and of a stack of paper', () => {
    expect(kinds(laid({ margin: 5 }), '48MP')).toEqual(['margin warn'])
    expect(kinds(laid({ size: { kind: 'mm', width: 27 } }), '48MP')).toEqual(['rounded info'])
    expect(kinds(laid(), '48MP', 2000)).toEqual(['many info'])
  })
})

describe('cameraOf', () => {
  it('takes a phone of 12 megapixels where nothing better is known', () => {
    expect(cameraOf({ kind: 'photos' })).toBe(cameras['12MP'])
    expect(cameraOf({ kind: 'photos', camera: '1080p' }).width).toBe(1920)
    expect(cameraOf({ kind: 'simulator', level: 'scanner', resolution: '720p', seed: '1' }).width).toBe(1280)
    expect(cameraOf({ kind: 'simulator', level: 'scanner', resolution: 'of old', seed: '1' }).width).toBe(
      4032,
    )
  })
})

describe('keepsPhotos', () => {
  it('minds the simulator’s settings, not what real sheets were laid out for', () => {
    const simulated = { kind: 'simulator', level: 'scanner', resolution: '12MP', seed: '1' } as const
    expect(keepsPhotos({ kind: 'photos' }, { kind: 'photos', camera: '48MP' })).toBe(true)
    expect(keepsPhotos({ kind: 'photos' }, simulated)).toBe(false)
    expect(keepsPhotos(simulated, { ...simulated })).toBe(true)
    expect(keepsPhotos(simulated, { ...simulated, seed: '2' })).toBe(false)
  })
})

describe('laySheet', () => {
  it('lays a sheet by itself as it lies among all', () => {
    const plan = { options: { ...layoutDefaults, imagePx }, experiment: 'TEST01', pairs: 50 }
    const { layout, sheets } = layoutSheets(plan)
    expect(sheets.map((_, i) => laySheet(layout, plan, i))).toEqual(sheets)
    expect(sheets.at(-1)!.geometry.slots).toHaveLength(2 * (50 - 2 * layout.pairsPerSheet))
  })
})
