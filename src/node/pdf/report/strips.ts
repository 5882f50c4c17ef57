import type { Block } from '#core/report/Report'
import type { ReportImage } from '#core/report/ReportInput'
import type { ImageShelf } from '../ImageShelf'
import { MM } from '../points'
import { drawLine } from '../text'
import { baseline, type Flow } from './Flow'
import { leading, type } from './typography'
import { wrap } from './wrap'

const IMAGE = 27 * MM
const GAP = 4 * MM

/** Rows of pictures with lines under each: the column heads come again on every page. */
export function drawStrips(flow: Flow, shelf: ImageShelf, block: Extract<Block, { kind: 'strips' }>): void {
  const { doc } = flow
  const line = leading(type.note)
  const column = Math.min((flow.width + GAP) / block.heads.length, IMAGE + 4 * GAP)
  const headHeight = leading(type.note) + 5
  flow.space(10)
  const lines = wrap(doc, block.title, flow.width, type.label)
  const heights = block.strips.map(
    ({ cells }) => line + 3 + IMAGE + 3 + Math.max(...cells.map((cell) => cell.lines.length)) * line,
  )
  if (flow.room < lines.length * leading(type.label) + headHeight + (heights[0] ?? 0)) flow.turn()
  for (const text of lines) flow.line(text, type.label)
  let headed = false
  block.strips.forEach((strip, n) => {
    flow.space(9)
    if (heights[n]! > flow.room) {
      flow.turn()
      headed = false
    }
    if (!headed) {
      flow.space(5)
      const top = flow.take(headHeight)
      block.heads.forEach((head, i) => {
        drawLine(doc, head, flow.left + i * column, baseline(top, type.note), type.note, column - GAP)
      })
      headed = true
    }
    const top = flow.take(heights[n]!)
    drawLine(
      doc,
      strip.title,
      flow.left,
      baseline(top, type.table),
      { ...type.note, face: 'semibold', grey: 0 },
      flow.width,
    )
    strip.cells.forEach((cell, i) => {
      const x = flow.left + i * column
      const y = top + line + 3
      if (cell.image) placeInside(shelf, cell.image, x, y, IMAGE, IMAGE)
      else
        doc
          .lineWidth(0.4)
          .dash(2, { space: 2 })
          .strokeColor([150, 150, 150])
          .rect(x, y, IMAGE, IMAGE)
          .stroke()
          .undash()
      cell.lines.forEach(({ text, strong }, k) => {
        const style = { ...type.note, face: strong ? 'semibold' : 'regular', grey: strong ? 0 : 0.2 } as const
        drawLine(doc, text, x, baseline(y + IMAGE + 3 + k * line, style), style, column - GAP)
      })
    })
  })
  flow.space(14)
}

/** Pictures two to a row, each with its caption. */
export function drawPictures(
  flow: Flow,
  shelf: ImageShelf,
  block: Extract<Block, { kind: 'pictures' }>,
): void {
  const columns = 3
  const width = (flow.width - (columns - 1) * GAP) / columns
  const line = leading(type.note)
  flow.space(8)
  for (let i = 0; i < block.pictures.length; i += columns) {
    const row = block.pictures.slice(i, i + columns)
    const captions = row.map(({ caption }) => wrap(flow.doc, caption, width, type.note))
    const heights = row.map(({ image }) => {
      const size = shelf.sizeOf(image)
      return Math.min(width * 1.4, (width * size.height) / size.width)
    })
    const height = Math.max(...heights)
    const top = flow.take(height + 3 + Math.max(...captions.map((lines) => lines.length)) * line)
    row.forEach(({ image }, n) => {
      const x = flow.left + n * (width + GAP)
      placeInside(shelf, image, x, top, width, heights[n]!)
      captions[n]!.forEach((text, k) => {
        drawLine(flow.doc, text, x, baseline(top + height + 3 + k * line, type.note), type.note)
      })
    })
    flow.space(8)
  }
  flow.space(12)
}

/** A picture as large as a box allows, in its own proportions, at the box's top left. */
function placeInside(
  shelf: ImageShelf,
  image: ReportImage,
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  const size = shelf.sizeOf(image)
  const scale = Math.min(width / size.width, height / size.height)
  shelf.place(image, x, y, size.width * scale, size.height * scale)
}
