import { rectify } from '#core/capture/rectify'
import { levelOfLinear } from '#core/capture/linear'
import { dotsOf, mmOf } from '#core/sheet/dots'
import { projectPoint } from '#core/simulator/geometry'
import { drawParams, resolutions, type StrengthLevel } from '#core/simulator/levels'
import type { SimulatorParams } from '#core/simulator/params'
import { simulatePhoto } from '#core/simulator/simulatePhoto'
import {
  concatImages,
  sliceImages,
  toBytes,
  toFloats,
  type ByteImages,
  type Images,
} from '#core/tensor/Images'
import type { Random } from '#core/tensor/Random'
import { imagesOf, raster, rasterOf, type Raster } from '#core/tensor/Raster'
import type { ImageMap } from '../ImageMap'
import { fitChain } from './fitChain'

/** White paper round the print, in mm. */
const marginMm = 4
/** Dots across the print: 22 mm at 600 dpi, a size that sheets print small images at. */
const dotsAcross = 512
const dpi = 600
/** Camera pixels for each mm of paper: an A4 page across the longer side of 12 megapixels. */
const pixelsPerMm = resolutions['12MP'].width / 297

/**
 * The project's own printer and camera: each image is printed alone on white paper, photographed by the simulator with the
 * parameters of one draw, and cropped at its known place. Forward this is the simulator itself, halftone dots, mosaic, noise
 * and all. Its dots and rounding have no slope to follow, so the way back is that of the colour matrix and blur that
 * {@link fitChain} finds to fit this very draw: what the chain does to colours and detail, without what is noise.
 */
export function printCamera(level: StrengthLevel, random: Random): ImageMap {
  return {
    id: `print and camera, ${level}`,
    apply(images) {
      const parts: Images[] = []
      const pairs: (readonly [given: Images, seen: Images])[] = []
      for (let n = 0; n < images.count; n++) {
        const one = sliceImages(images, n, n + 1)
        const seen = toFloats(photographed(toBytes(one), level, random.fork(n)))
        parts.push(seen)
        pairs.push([one, seen])
      }
      // Half the work of a draw, and a judge never asks for it.
      let backs: ((cotangent: Images) => Images)[] | undefined
      return Promise.resolve({
        images: concatImages(parts),
        pull: (cotangent: Images) => {
          backs ??= pairs.map(([given, seen]) => fitChain(given, seen))
          return Promise.resolve(concatImages(backs.map((back, n) => back(sliceImages(cotangent, n, n + 1)))))
        },
      })
    },
  }
}

function photographed(image: ByteImages, level: StrengthLevel, random: Random): ByteImages {
  const { page, box, paperMm } = printed(rasterOf(image, 0))
  const size = {
    width: Math.ceil(paperMm.width * pixelsPerMm),
    height: Math.ceil(paperMm.height * pixelsPerMm),
  }
  const params = closeUp(drawParams(level, '12MP', random.fork('params')), size.width)
  const { photo, truth } = simulatePhoto({ page, dpi, paperMm, size, params, random })
  const crop = rectify(photo, (x, y) => projectPoint(truth.geometry, x, y), box, image)
  const seen = raster(image.width, image.height, 3)
  for (let i = 0; i < seen.data.length; i++) seen.data[i] = levelOfLinear(crop.data[i]!)
  return imagesOf([seen], image.channels === 1 ? 1 : 3)
}

/** The image in whole dots on white paper. */
function printed(picture: Raster): {
  page: Raster
  box: { x: number; y: number; width: number; height: number }
  paperMm: { width: number; height: number }
} {
  const scale = Math.max(1, Math.round(dotsAcross / picture.width))
  const margin = Math.round(dotsOf(marginMm))
  const page = raster(picture.width * scale + 2 * margin, picture.height * scale + 2 * margin, 3)
  page.data.fill(255)
  for (let y = 0; y < picture.height * scale; y++) {
    for (let x = 0; x < picture.width * scale; x++) {
      const from = (Math.floor(y / scale) * picture.width + Math.floor(x / scale)) * picture.channels
      const to = ((y + margin) * page.width + x + margin) * 3
      for (let c = 0; c < 3; c++) page.data[to + c] = picture.data[from + Math.min(c, picture.channels - 1)]!
    }
  }
  const at = mmOf(margin)
  return {
    page,
    box: { x: at, y: at, width: mmOf(picture.width * scale), height: mmOf(picture.height * scale) },
    paperMm: { width: mmOf(page.width), height: mmOf(page.height) },
  }
}

/**
 * The part of a whole photo that one print fills: the lens is as far away as for the page, and what varies over the page
 * varies by so much less over the print.
 */
function closeUp(params: SimulatorParams, width: number): SimulatorParams {
  const share = width / resolutions['12MP'].width
  return {
    ...params,
    focal: params.focal / share,
    roll: params.roll - Math.round(params.roll / 90) * 90,
    fill: 0.9,
    curl: params.curl * share ** 2,
    gradient: params.gradient * share,
    vignetting: params.vignetting * share ** 2,
    k1: params.k1 * share ** 2,
    k2: params.k2 * share ** 4,
  }
}
