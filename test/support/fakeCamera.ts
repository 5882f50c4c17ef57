import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import sharp from 'sharp'
import type { Raster } from '#core/tensor/Raster'

/** Pictures a second of the videos, which Chromium takes for granted of MJPEG. */
export const framesPerSecond = 30

/** A picture that stands before the camera for a while. */
export interface Scene<T> {
  readonly picture: T
  /** How many frames it stays; {@link framesPerSecond} make a second. */
  readonly frames: number
}

/**
 * What makes Chromium take a file for its camera and grant it unasked. Chromium plays the file over and over.
 * @param file written by {@link writeMjpeg} (named .mjpeg) or {@link writeY4m} (named .y4m)
 */
export function fakeCameraFlags(file: string): string[] {
  return [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-video-capture=${file}`,
  ]
}

/**
 * Writes JPEG files one after the other as a video, their bytes as they are. All must be of one size, in 4:2:0; a simulated
 * photo of a sheet is such a file.
 */
export async function writeMjpeg(file: string, scenes: Iterable<Scene<Uint8Array>>): Promise<void> {
  await using out = openVideo(file)
  for (const { picture, frames } of scenes) {
    for (let i = 0; i < frames; i++) await out.write(picture)
  }
}

/**
 * Writes pictures as an uncompressed video, 1.5 bytes a pixel and frame: exact but large, so for a few seconds at most.
 * @param rate frames a second; a low one makes a long video of few frames, but the camera is then as slow
 */
export async function writeY4m(
  file: string,
  size: { readonly width: number; readonly height: number },
  scenes: Iterable<Scene<Raster>>,
  rate = framesPerSecond,
): Promise<void> {
  const { width, height } = size
  await using out = openVideo(file)
  await out.write(`YUV4MPEG2 W${width} H${height} F${rate}:1 Ip A1:1 C420jpeg\n`)
  for (const { picture, frames } of scenes) {
    if (picture.width !== width || picture.height !== height) {
      throw new Error(`Expected frames of ${width}x${height}, got ${picture.width}x${picture.height}.`)
    }
    const planes = yuv420(picture)
    for (let i = 0; i < frames; i++) {
      await out.write('FRAME\n')
      await out.write(planes)
    }
  }
}

/** A table with nothing on it, as the camera sees it between two sheets. */
export async function emptyScene(
  { width, height }: { readonly width: number; readonly height: number },
  frames: number,
): Promise<Scene<Uint8Array>> {
  const background = { r: 92, g: 84, b: 76 }
  const picture = await sharp({ create: { width, height, channels: 3, background } })
    .jpeg({ quality: 90 })
    .toBuffer()
  return { picture, frames }
}

/** A sheet that is still in motion: the photo shifted and smeared, a frame at a time, until it lies where it lies. */
export async function arrivingScenes(photo: Uint8Array, frames: number): Promise<Scene<Uint8Array>[]> {
  const { width, height } = await sharp(photo).metadata()
  const scenes: Scene<Uint8Array>[] = []
  for (let i = frames; i > 0; i--) {
    const shift = Math.round((width * 0.12 * i) / frames)
    const picture = await sharp(photo)
      .extract({ left: 0, top: 0, width: width - shift, height })
      .extend({ left: shift, background: { r: 92, g: 84, b: 76 } })
      .blur(1.5 + 4 * (i / frames))
      .jpeg({ quality: 88 })
      .toBuffer()
    scenes.push({ picture, frames: 1 })
  }
  return scenes
}

/** BT.601 in studio range, chroma by the mean of two by two pixels. */
export function yuv420({ width, height, channels, data }: Raster): Uint8Array {
  const [halfWidth, halfHeight] = [width >> 1, height >> 1]
  const out = new Uint8Array(width * height + 2 * halfWidth * halfHeight)
  const rgb = (x: number, y: number): [number, number, number] => {
    const at = (y * width + x) * channels
    return channels === 1 ? [data[at]!, data[at]!, data[at]!] : [data[at]!, data[at + 1]!, data[at + 2]!]
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b] = rgb(x, y)
      out[y * width + x] = Math.round(16 + 0.25679 * r + 0.50413 * g + 0.09791 * b)
    }
  }
  let u = width * height
  let v = u + halfWidth * halfHeight
  for (let y = 0; y < 2 * halfHeight; y += 2) {
    for (let x = 0; x < 2 * halfWidth; x += 2) {
      const four = [rgb(x, y), rgb(x + 1, y), rgb(x, y + 1), rgb(x + 1, y + 1)]
      const [r, g, b] = [0, 1, 2].map((c) => four.reduce((sum, pixel) => sum + pixel[c]!, 0) / 4) as [
        number,
        number,
        number,
      ]
      out[u++] = Math.round(128 - 0.14822 * r - 0.29099 * g + 0.43922 * b)
      out[v++] = Math.round(128 + 0.43922 * r - 0.36779 * g - 0.07143 * b)
    }
  }
  return out
}

interface Video extends AsyncDisposable {
  write(chunk: Uint8Array | string): Promise<void>
}

function openVideo(file: string): Video {
  const stream: WriteStream = createWriteStream(file)
  return {
    async write(chunk) {
      if (!stream.write(chunk)) await once(stream, 'drain')
    },
    async [Symbol.asyncDispose]() {
      stream.end()
      await finished(stream)
    },
  }
}
