import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { ARUCO_ID, arucoModules, cornerOfAruco } from '#core/sheet/aruco'
import type { Corner } from '#core/sheet/SheetGeometry'

interface Cv {
  Mat: new () => { data: Uint8Array; delete(): void }
  DICT_4X4_50: number
  getPredefinedDictionary(name: number): {
    generateImageMarker(id: number, side: number, out: unknown, border: number): void
    delete(): void
  }
}

describe('ArUco markers', () => {
  // Its module is thenable: an import or an await of it never settles.
  const cv = createRequire(import.meta.url)('@techstark/opencv-js') as Cv
  beforeAll(async () => {
    while (typeof cv.Mat !== 'function') await setTimeout(20)
  })

  it('are those of OpenCV', () => {
    const dictionary = cv.getPredefinedDictionary(cv.DICT_4X4_50)
    for (const id of Object.values(ARUCO_ID)) {
      const image = new cv.Mat()
      dictionary.generateImageMarker(id, 6, image, 1)
      expect(arucoModules(id).dark).toEqual(Array.from(image.data, (value) => value === 0))
      image.delete()
    }
    dictionary.delete()
  })

  it('belong to one corner each', () => {
    const corners: Corner[] = ['top-left', 'top-right', 'bottom-right', 'bottom-left']
    expect(corners.map((corner) => cornerOfAruco(ARUCO_ID[corner]))).toEqual(corners)
    expect(cornerOfAruco(17)).toBeUndefined()
    expect(() => arucoModules(17)).toThrow(/0 to 3/)
  })
})
