import type { ReportFact } from '#core/report/ReportInput'
import { drawLine } from '../text'
import { baseline, type Flow } from './Flow'
import { leading, MEASURE, type } from './typography'
import { wrap } from './wrap'

/**
 * A heading, and an entry in the outline.
 *
 * @param next Height in points of what must stand on the same page below it.
 */
export function drawHeading(flow: Flow, text: string, next: number): void {
  flow.space(20)
  if (flow.room < leading(type.heading) + 5 + next) flow.turn()
  flow.doc.outline.addItem(text)
  flow.line(text, type.heading)
  flow.space(5)
}

/** Running text. A page does not end after its first line, nor begin with its last. */
export function drawParagraph(flow: Flow, text: string): void {
  const lines = wrap(flow.doc, text, Math.min(flow.width, MEASURE), type.body)
  const height = leading(type.body)
  flow.space(6)
  const fit = Math.floor(flow.room / height)
  if (fit < lines.length && (fit < 2 || lines.length < 4)) flow.turn()
  else if (fit === lines.length - 1) {
    for (const line of lines.slice(0, -2)) flow.line(line, type.body)
    flow.turn()
    lines.splice(0, lines.length - 2)
  }
  for (const line of lines) flow.line(line, type.body)
  flow.space(8)
}

/** Names on the left, values beside them. */
export function drawFacts(flow: Flow, facts: readonly ReportFact[]): void {
  const { doc } = flow
  const indent = Math.min(
    130,
    8 +
      Math.max(...facts.map(({ name }) => doc.font('regular').fontSize(type.table.size).widthOfString(name))),
  )
  const height = leading(type.table)
  flow.space(6)
  for (const { name, value } of facts) {
    const names = wrap(doc, name, indent - 8, type.table)
    const values = wrap(doc, value, Math.min(flow.width, MEASURE) - indent, type.table)
    const top = flow.take(height * Math.max(names.length, values.length))
    const draw = (lines: readonly string[], x: number, grey: number): void => {
      lines.forEach((line, i) => {
        drawLine(doc, line, x, baseline(top + i * height, type.table), { ...type.table, grey })
      })
    }
    draw(names, flow.left, 0.35)
    draw(values, flow.left + indent, 0)
    flow.space(1.5)
  }
  flow.space(8)
}

/** Lines of a terminal on a light ground; what is too long goes on indented. */
export function drawCode(flow: Flow, lines: readonly string[]): void {
  const pad = 6
  const height = leading(type.code)
  const set = lines.flatMap((line) =>
    wrap(flow.doc, line, flow.width - 2 * pad - 14, type.code).map((text, i) => ({
      text,
      indent: i === 0 ? 0 : 14,
    })),
  )
  flow.space(6)
  const whole = set.length * height + 2 * pad
  if (whole > flow.room && whole < flow.pageHeight / 2) flow.turn()
  while (set.length > 0) {
    if (flow.room < height + 2 * pad) flow.turn()
    const chunk = set.splice(0, Math.max(1, Math.floor((flow.room - 2 * pad) / height)))
    const top = flow.take(chunk.length * height + 2 * pad)
    flow.doc.rect(flow.left, top, flow.width, chunk.length * height + 2 * pad).fill([243, 243, 243])
    chunk.forEach(({ text, indent }, i) => {
      drawLine(
        flow.doc,
        text,
        flow.left + pad + indent,
        baseline(top + pad + i * height, type.code),
        type.code,
      )
    })
  }
  flow.space(8)
}
