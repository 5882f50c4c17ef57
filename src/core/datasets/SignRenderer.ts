import { HalftoneError } from '#core/errors'
import type { Random } from '#core/tensor/Random'
import { drawBackground } from './scene/background'
import { defocus, motionBlur } from './scene/blur'
import { Canvas } from './scene/Canvas'
import { scaled } from './scene/colour'
import { develop, randomDevelopment } from './scene/develop'
import { applyLight } from './scene/light'
import { lit, randomPalette } from './scene/palette'
import { placeSign } from './scene/placeSign'
import { applyWear } from './scene/wear'
import { catalogue } from './signs/catalogue'
import { randomStyle } from './signs/SignStyle'
import type { Bounds } from './vector/Homography'
import { placed } from './vector/outline'

/** The side in pixels for which blur, grain and clutter are tuned. */
const designSize = 128

/**
 * Draws whole training pictures of one size. It keeps its buffers between pictures; a picture depends only on the
 * random stream and the class it is given, each part of the scene on a fork of its own.
 */
export class SignRenderer {
  readonly #canvas: Canvas

  constructor(size: number) {
    if (!Number.isInteger(size) || size < 16 || size > 1024) {
      throw new HalftoneError(
        'invalid-argument',
        `Expected a picture size of 16 to 1024 pixels, got ${size}.`,
      )
    }
    this.#canvas = new Canvas(size)
  }

  /** Writes one picture's 8-bit planes (CHW) into `out` from `offset` on. */
  render(random: Random, classIndex: number, out: Uint8Array, offset: number): void {
    const design = catalogue[classIndex]
    if (!design) {
      throw new HalftoneError(
        'invalid-argument',
        `Expected a class index of 0 to ${catalogue.length - 1}, got ${classIndex}.`,
      )
    }
    const canvas = this.#canvas
    const { size } = canvas
    const light = random.fork('light')
    const night = light.chance(0.12)
    drawBackground(canvas, random.fork('background'))
    if (night) {
      const dim = light.uniform(0.05, 0.3)
      const { pixels } = canvas
      for (let i = 0; i < pixels.length; i++) pixels[i]! *= dim
    }
    const drawing = design.draw(randomStyle(random.fork('style')))
    const { projection, bounds } = placeSign(drawing.plate, size, random.fork('place'))
    // By night a sign throws the headlights back; by day it stands in its own light.
    const gain = night ? light.uniform(0.35, 0.9) : Math.exp(light.normal(-0.05, 0.2))
    this.#drawPole(light, bounds)
    const palette = lit(randomPalette(random.fork('palette')), gain)
    canvas.rasterizer.fill(
      canvas.pixels,
      placed(drawing.plate, { scale: 1.02, x: 0.02, y: 0.02 }),
      scaled(palette.grey, 0.3),
      projection,
    )
    for (const { paint, contours } of drawing.layers) {
      canvas.rasterizer.fill(canvas.pixels, contours, palette[paint], projection)
    }
    applyWear(canvas, random.fork('wear'), bounds)
    applyLight(canvas, random.fork('shade'))
    this.#blur(random.fork('blur'), Math.max(bounds.right - bounds.left, bounds.bottom - bounds.top))
    const camera = random.fork('camera')
    const exposure = camera.chance(0.1) ? camera.uniform(1.3, 1.9) : Math.exp(camera.normal(-0.05, 0.28))
    develop(canvas, randomDevelopment(camera, exposure), camera, out, offset)
  }

  #drawPole(random: Random, { left, right, top, bottom }: Bounds): void {
    if (!random.chance(0.6)) return
    const { size } = this.#canvas
    const x = (left + right) / 2 + random.uniform(-0.03, 0.03) * (right - left)
    const width = (right - left) * random.uniform(0.03, 0.07)
    const lean = random.normal(0, 0.02) * size
    const from = (top + bottom) / 2
    const grey = random.uniform(0.12, 0.5)
    this.#canvas.paint(
      [[x - width, from, x + width, from, x + width + lean, size, x - width + lean, size]],
      [grey, grey, grey],
    )
    this.#canvas.paint(
      [[x, from, x + width, from, x + width + lean, size, x + lean, size]],
      [grey * 0.5, grey * 0.5, grey * 0.5],
    )
  }

  /** Blur is bounded by the sign's size in pixels: a small sign stays legible. */
  #blur(random: Random, side: number): void {
    const { size } = this.#canvas
    const legible = (side / designSize) * 1.9
    const sigma = Math.min(legible, random.uniform() ** 2 * 1.9 * (size / designSize) + 0.3)
    defocus(this.#canvas, sigma)
    if (random.chance(0.18))
      motionBlur(this.#canvas, Math.min(random.uniform(1.5, 5), side * 0.045), random.uniform(0, Math.PI))
  }
}
