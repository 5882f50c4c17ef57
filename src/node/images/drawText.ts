import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { projectFolder } from '#node/lab/projectFolder'
import { unpackWoff } from '#node/pdf/woff'

const faces = {
  regular: { file: 'IBMPlexSans-Regular.woff', name: 'IBM Plex Sans' },
  semibold: { file: 'IBMPlexSans-SemiBold.woff', name: 'IBM Plex Sans Semi-Bold' },
} as const

export type TextFace = keyof typeof faces

/** How much ink of a text lies on each pixel, 0..255, one byte a pixel. */
export interface TextMask {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

/**
 * Draws lines of text in the project's own face, so that pictures look the same on every machine. The face lies in a folder of
 * its own while this is open: libvips takes fonts as TrueType files only.
 */
export class TextPen implements AsyncDisposable {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(): Promise<TextPen> {
    const folder = await mkdtemp(join(tmpdir(), 'halftone-type-'))
    for (const { file } of Object.values(faces)) {
      const woff = await readFile(join(projectFolder(), 'assets', 'fonts', file))
      await writeFile(join(folder, `${file}.ttf`), unpackWoff(woff))
    }
    return new TextPen(folder)
  }

  /**
   * One line; all lines of one size and face have the same height, and their baselines at the same place in it.
   * @param size of the type, in pixels
   */
  async draw(text: string, size: number, face: TextFace = 'regular'): Promise<TextMask> {
    const { file, name } = faces[face]
    const { data, info } = await sharp({
      text: {
        // libvips cuts to the ink: a bar in front, as high as any letter and as deep, keeps the line's height.
        text: `| ${escaped(text)}`,
        font: `${name} ${size}`,
        fontfile: join(this.#folder, `${file}.ttf`),
        // 72 dots to the inch make a point a pixel.
        dpi: 72,
        rgba: true,
      },
    })
      .extractChannel('alpha')
      .raw()
      .toBuffer({ resolveWithObject: true })
    return withoutBar({ width: info.width, height: info.height, data })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** Pango reads its text as markup. */
const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character]!)

/** What stands right of the first gap. */
function withoutBar({ width, height, data }: TextMask): TextMask {
  const blank = (x: number): boolean => {
    for (let y = 0; y < height; y++) if (data[y * width + x] !== 0) return false
    return true
  }
  let from = 0
  while (from < width && !blank(from)) from++
  while (from < width && blank(from)) from++
  const out = new Uint8Array((width - from) * height)
  for (let y = 0; y < height; y++) {
    out.set(data.subarray(y * width + from, (y + 1) * width), y * (width - from))
  }
  return { width: width - from, height, data: out }
}
