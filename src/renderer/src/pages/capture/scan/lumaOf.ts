import { grayOf, type Gray } from '#core/capture/Gray'

/** Formats whose first plane is the luma itself. */
const planar: readonly (VideoPixelFormat | null)[] = ['I420', 'I420A', 'I422', 'I444', 'NV12']

/** Brings frames to 8-bit luma; keeps its buffers from frame to frame, because a new 2 MB each time would be felt. */
export class LumaSource {
  #buffer = new Uint8Array(0)
  #canvas: OffscreenCanvas | undefined

  async of(frame: VideoFrame | ImageBitmap): Promise<Gray> {
    if (!('codedWidth' in frame) || !planar.includes(frame.format)) return this.#drawn(frame)
    const size = frame.allocationSize()
    if (this.#buffer.length < size) this.#buffer = new Uint8Array(size)
    const [luma] = await frame.copyTo(this.#buffer)
    const rect = frame.visibleRect
    if (!luma || !rect) return this.#drawn(frame)
    const { width, height } = rect
    if (luma.stride === width) {
      return { width, height, data: this.#buffer.subarray(luma.offset, luma.offset + width * height) }
    }
    const data = new Uint8Array(width * height)
    for (let y = 0; y < height; y++) {
      const from = luma.offset + y * luma.stride
      data.set(this.#buffer.subarray(from, from + width), y * width)
    }
    return { width, height, data }
  }

  /** The way over a canvas, for frames that live elsewhere or have no luma plane. */
  #drawn(frame: VideoFrame | ImageBitmap): Gray {
    const { width, height } = sizeOf(frame)
    const context = contextOf(this.#sized(width, height), { willReadFrequently: true })
    context.drawImage(frame, 0, 0, width, height)
    const { data } = context.getImageData(0, 0, width, height)
    return grayOf({ width, height, channels: 4, data: new Uint8Array(data.buffer) })
  }

  #sized(width: number, height: number): OffscreenCanvas {
    if (this.#canvas?.width !== width || this.#canvas.height !== height) {
      this.#canvas = new OffscreenCanvas(width, height)
    }
    return this.#canvas
  }
}

/** The whole frame as PNG: a photo is measured to fractions of a grey level, which a second JPEG would spoil. */
export async function pngOf(frame: VideoFrame | ImageBitmap): Promise<Blob> {
  const { width, height } = sizeOf(frame)
  const canvas = new OffscreenCanvas(width, height)
  contextOf(canvas, { alpha: false }).drawImage(frame, 0, 0, width, height)
  return canvas.convertToBlob({ type: 'image/png' })
}

function sizeOf(frame: VideoFrame | ImageBitmap): { width: number; height: number } {
  return 'displayWidth' in frame
    ? { width: frame.displayWidth, height: frame.displayHeight }
    : { width: frame.width, height: frame.height }
}

function contextOf(
  canvas: OffscreenCanvas,
  settings: CanvasRenderingContext2DSettings,
): OffscreenCanvasRenderingContext2D {
  const context = canvas.getContext('2d', settings)
  if (!context) throw new Error('This browser gave no canvas to read the picture with.')
  return context
}
