import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { projectFolder } from '#node/lab/projectFolder'
import { unpackWoff } from '#node/pdf/woff'

const faces = {
  regular: { file: 'IBMPlexSans-Regular.woff', name: 'IBM Plex Sans' },
  semibold: { file: 'IBMPlexSans-SemiBold.woff', name: 'IBM Plex Sans Semi-Bold' },
} as const

export type TextFace = keyof typeof faces

/** How much ink of a line of text lies on each pixel, 0..255, one byte a pixel. */
export interface TextMask {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
  /** How many of its rows lie above the line, whose baseline is at the same depth for all texts of one size and face. */
  readonly rise: number
}

/**
 * Draws lines of text in the project's own face, so that pictures look the same on every machine. libvips takes fonts as
 * TrueType files only, and looks for them again where it first found them: they are unpacked into the user's temporary folder,
 * always in the same place, and stay there.
 */
export class TextPen {
  readonly #folder: string

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(): Promise<TextPen> {
    const folder = join(tmpdir(), `halftone-type-${userInfo().username}`)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    for (const { file } of Object.values(faces)) {
      const font = unpackWoff(await readFile(join(projectFolder(), 'assets', 'fonts', file)))
      const path = join(folder, `${file}.ttf`)
      const there = await readFile(path).catch(() => undefined)
      if (there?.equals(font)) continue
      // Under another name first: another process may be reading.
      const scratch = `${path}.${randomUUID()}`
      await writeFile(scratch, font)
      await rename(scratch, path)
    }
    return new TextPen(folder)
  }

  /**
   * One line.
   * @param size of the type, in pixels
   */
  async draw(text: string, size: number, face: TextFace = 'regular'): Promise<TextMask> {
    const { file, name } = faces[face]
    const { data, info } = await sharp({
      text: {
        // libvips cuts to the ink: a bar in front tells where the line is.
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
    return withoutBar({ ...info, data })
  }
}

/** Pango reads its text as markup. */
const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[character]!)

/** What stands right of the first gap. */
function withoutBar({ width, height, data }: { width: number; height: number; data: Uint8Array }): TextMask {
  const highest = (x: number): number => {
    for (let y = 0; y < height; y++) if (data[y * width + x] !== 0) return y
    return height
  }
  let [from, rise] = [0, height]
  for (; from < width && highest(from) < height; from++) rise = Math.min(rise, highest(from))
  while (from < width && highest(from) === height) from++
  const out = new Uint8Array((width - from) * height)
  for (let y = 0; y < height; y++) {
    out.set(data.subarray(y * width + from, (y + 1) * width), y * (width - from))
  }
  return { width: width - from, height, data: out, rise }
}
