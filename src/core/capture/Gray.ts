import type { Raster } from '#core/tensor/Raster'

/** One 8-bit luma plane, row-major. */
export interface Gray {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/** Rec. 601 luma of the encoded values, as QR readers expect it. */
export function grayOf(picture: Raster): Gray {
  const { width, height, channels, data } = picture
  if (channels === 1) return { width, height, data }
  const out = new Uint8Array(width * height)
  for (let i = 0, p = 0; i < out.length; i++, p += channels) {
    out[i] = (77 * data[p]! + 150 * data[p + 1]! + 29 * data[p + 2]! + 128) >> 8
  }
  return { width, height, data: out }
}

/** Half the size by averaging two by two pixels; an odd last row or column is dropped. */
export function halfGrayOf(picture: Raster): Gray {
  const { channels, data } = picture
  const width = picture.width >> 1
  const height = picture.height >> 1
  const out = new Uint8Array(width * height)
  const stride = picture.width * channels
  for (let y = 0; y < height; y++) {
    let p = 2 * y * stride
    let at = y * width
    for (let x = 0; x < width; x++, p += 2 * channels) {
      const q = p + stride
      if (channels === 1) {
        out[at++] = (data[p]! + data[p + 1]! + data[q]! + data[q + 1]! + 2) >> 2
      } else {
        const s = p + channels
        const t = q + channels
        const red = data[p]! + data[q]! + data[s]! + data[t]!
        const green = data[p + 1]! + data[q + 1]! + data[s + 1]! + data[t + 1]!
        const blue = data[p + 2]! + data[q + 2]! + data[s + 2]! + data[t + 2]!
        out[at++] = (77 * red + 150 * green + 29 * blue + 512) >> 10
      }
    }
  }
  return { width, height, data: out }
}

/** Adds `amount` times the difference from a 5x5 box mean: brings back modules that blur has melted together. */
export function unsharp(gray: Gray, amount: number): Gray {
  const { width, height, data } = gray
  const radius = 2
  const columns = new Float32Array(width)
  const out = new Uint8Array(data.length)
  const clampRow = (y: number): number => (y < 0 ? 0 : y >= height ? height - 1 : y) * width
  for (let y = -radius; y <= radius; y++) {
    for (let x = 0; x < width; x++) columns[x] = columns[x]! + data[clampRow(y) + x]!
  }
  const count = (2 * radius + 1) ** 2
  for (let y = 0; y < height; y++) {
    let sum = 0
    for (let x = -radius; x <= radius; x++) sum += columns[x < 0 ? 0 : x >= width ? width - 1 : x]!
    for (let x = 0; x < width; x++) {
      const value = data[y * width + x]!
      const sharp = value + amount * (value - sum / count)
      out[y * width + x] = sharp < 0 ? 0 : sharp > 255 ? 255 : sharp
      const right = x + radius + 1
      const left = x - radius
      sum += columns[right >= width ? width - 1 : right]! - columns[left < 0 ? 0 : left]!
    }
    const enter = clampRow(y + radius + 1)
    const leave = clampRow(y - radius)
    for (let x = 0; x < width; x++) columns[x] = columns[x]! + data[enter + x]! - data[leave + x]!
  }
  return { width, height, data: out }
}

/** Twice the size, bilinear: gives the reader more pixels a module. */
export function doubled(gray: Gray): Gray {
  const { width, height, data } = gray
  const out = new Uint8Array(width * height * 4)
  for (let y = 0; y < 2 * height; y++) {
    // Output centre (y + 0.5) / 2 falls a quarter pixel from an input centre: weights 3/4 and 1/4.
    const near = y >> 1
    const far = Math.min(height - 1, Math.max(0, near + (y & 1 ? 1 : -1)))
    for (let x = 0; x < 2 * width; x++) {
      const nx = x >> 1
      const fx = Math.min(width - 1, Math.max(0, nx + (x & 1 ? 1 : -1)))
      const a = 3 * data[near * width + nx]! + data[near * width + fx]!
      const b = 3 * data[far * width + nx]! + data[far * width + fx]!
      out[y * 2 * width + x] = (3 * a + b + 8) >> 4
    }
  }
  return { width: 2 * width, height: 2 * height, data: out }
}

/** Left and right exchanged: undoes a mirrored webcam picture. */
export function flipped(picture: Raster): Raster {
  const { width, height, channels, data } = picture
  const out = new Uint8Array(data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * channels
      const to = (y * width + width - 1 - x) * channels
      for (let c = 0; c < channels; c++) out[to + c] = data[from + c]!
    }
  }
  return { width, height, channels, data: out }
}
