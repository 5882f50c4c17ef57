import type { Raster } from '#core/tensor/Raster'
import { TextPen, type TextMask } from './drawText'
import { encodePng } from './encodePicture'
import { resizePicture } from './resizePicture'

/** A picture with lines of text under it. */
export interface GridCell {
  /** Left out where a place of the grid stays empty. */
  readonly picture?: Raster
  readonly caption?: readonly string[]
  /** Shown weak: something that did not come off. */
  readonly faint?: boolean
}

export interface GridRow {
  readonly title: string
  readonly cells: readonly GridCell[]
}

export interface Grid {
  readonly title?: string
  /** Over the columns. */
  readonly heads?: readonly string[]
  /** Pictures of one size. */
  readonly rows: readonly GridRow[]
}

/** In pixels, multiples of 4. */
const [margin, gap, captionSize, titleSize] = [24, 12, 11, 13]
/** Small pictures are enlarged to about this width by a whole number, large ones reduced to it. */
const cellWidth = 96
const ink = { title: 0x1c, caption: 0x50 } as const

/** Rows of pictures of one size with a title before each row and captions under the pictures, dark on white, as a PNG. */
export async function drawGrid(grid: Grid): Promise<Uint8Array> {
  const pen = await TextPen.open()
  const pictures = grid.rows.flatMap(({ cells }) => cells.flatMap(({ picture }) => picture ?? []))
  const size = cellSize(pictures)
  const lines = Math.max(
    0,
    ...grid.rows.flatMap(({ cells }) => cells.map(({ caption }) => caption?.length ?? 0)),
  )
  const columns = Math.max(grid.heads?.length ?? 0, ...grid.rows.map(({ cells }) => cells.length))
  const titles = await Promise.all(grid.rows.map(({ title }) => pen.draw(title, titleSize, 'semibold')))
  const left = margin + Math.max(0, ...titles.map(({ width }) => width)) + (titles.length > 0 ? 16 : 0)
  const lineHeight = 16
  const head = (grid.title === undefined ? 0 : 32) + (grid.heads ? 24 : 0)
  const rowHeight = size.height + lines * lineHeight + (lines > 0 ? 4 : 0) + gap
  const page = new Page(
    left + columns * (size.width + gap) - gap + margin,
    margin + head + grid.rows.length * rowHeight - gap + margin,
  )
  if (grid.title !== undefined)
    page.write(await pen.draw(grid.title, 16, 'semibold'), margin, margin, ink.title)
  const x = (column: number): number => left + column * (size.width + gap)
  for (const [column, text] of (grid.heads ?? []).entries()) {
    const mask = await fitted(pen, text, titleSize, size.width)
    page.write(mask, x(column), margin + head - 20, ink.title)
  }
  for (const [row, { cells }] of grid.rows.entries()) {
    const y = margin + head + row * rowHeight
    page.write(titles[row]!, margin, y + (size.height - titles[row]!.height) / 2, ink.title)
    for (const [column, { picture, caption = [], faint = false }] of cells.entries()) {
      if (picture) page.paste(await resized(picture, size), x(column), y, faint ? 0.3 : 1)
      for (const [line, text] of caption.entries()) {
        const mask = await fitted(pen, text, captionSize, size.width)
        page.write(mask, x(column), y + size.height + 4 + line * lineHeight, ink.caption)
      }
    }
  }
  return await encodePng(page.raster)
}

interface Size {
  readonly width: number
  readonly height: number
}

function cellSize([first]: readonly Raster[]): Size {
  if (!first) return { width: cellWidth, height: cellWidth }
  const scale = first.width < cellWidth ? Math.round(cellWidth / first.width) : cellWidth / first.width
  return { width: Math.round(first.width * scale), height: Math.round(first.height * scale) }
}

/** A small picture keeps its pixels as squares, so that nothing is shown that is not there. */
async function resized(picture: Raster, { width, height }: Size): Promise<Raster> {
  if (picture.width === width && picture.height === height) return picture
  return await resizePicture(picture, width, height, width > picture.width ? 'nearest' : 'smooth')
}

/** The text, cut with an ellipsis where it is too wide. */
async function fitted(pen: TextPen, text: string, size: number, width: number): Promise<TextMask> {
  let mask = await pen.draw(text, size)
  for (let length = text.length - 1; mask.width > width && length > 0; length--) {
    // Near the length that fits, by the mean width of a letter.
    length = Math.min(length, Math.ceil((text.length * width) / mask.width))
    mask = await pen.draw(`${text.slice(0, length).trimEnd()}\u2026`, size)
  }
  return mask
}

/** A white RGB picture that things are put on. */
class Page {
  readonly raster: Raster

  constructor(width: number, height: number) {
    this.raster = { width, height, channels: 3, data: new Uint8Array(width * height * 3).fill(255) }
  }

  /** @param strength 1 as it is, towards 0 white */
  paste(picture: Raster, left: number, top: number, strength: number): void {
    const { channels } = picture
    this.#forEachPixel(picture, left, top, (at, from) => {
      for (let c = 0; c < 3; c++) {
        const level = picture.data[from * channels + (channels === 1 ? 0 : c)]!
        this.raster.data[at + c] = Math.round(255 - strength * (255 - level))
      }
    })
  }

  /** @param level grey of full ink */
  write(mask: TextMask, left: number, top: number, level: number): void {
    this.#forEachPixel(mask, left, Math.round(top) - mask.rise, (at, from) => {
      const share = mask.data[from]! / 255
      for (let c = 0; c < 3; c++) {
        this.raster.data[at + c] = Math.round(this.raster.data[at + c]! * (1 - share) + level * share)
      }
    })
  }

  #forEachPixel(
    { width, height }: Size,
    left: number,
    top: number,
    visit: (at: number, from: number) => void,
  ): void {
    const page = this.raster
    for (let y = 0; y < height && y + top < page.height; y++) {
      for (let x = 0; x < width && x + left < page.width; x++) {
        visit(((y + top) * page.width + x + left) * 3, y * width + x)
      }
    }
  }
}
