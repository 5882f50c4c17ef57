import { PDFiumLibrary } from '@hyzyla/pdfium'
import { describe, expect, it } from 'vitest'
import { buildReport } from '#core/report/buildReport'
import type { Block, Report } from '#core/report/Report'
import { reportPdf } from '#node/pdf/report'
import { openPdf } from '#node/simulator/rasterise'
import { sampleInput } from '../../core/report/sampleInput'
import { embeddedImages, pdfObjects } from './pdfObjects'

const report = buildReport(sampleInput())

async function textOf(pdf: Uint8Array): Promise<string[]> {
  const library = await PDFiumLibrary.init()
  const document = await library.loadDocument(Buffer.from(pdf))
  const pages = [...document.pages()].map((page) => page.getText().replace(/\s+/g, ' '))
  document.destroy()
  library.destroy()
  return pages
}

/** All words that a report must show, block by block. */
function wordsOf(block: Block): string[] {
  const texts: Record<Block['kind'], () => string[]> = {
    heading: () => (block.kind === 'heading' ? [block.text] : []),
    paragraph: () => (block.kind === 'paragraph' ? [block.text] : []),
    facts: () => (block.kind === 'facts' ? block.facts.flatMap(({ name, value }) => [name, value]) : []),
    table: () =>
      block.kind === 'table'
        ? [block.table.title, block.table.note ?? '', ...block.table.rows.flatMap(({ cells }) => cells)]
        : [],
    figure: () =>
      block.kind === 'figure' ? [block.title, block.key, ...block.charts.map(({ title }) => title)] : [],
    strips: () =>
      block.kind === 'strips' ? [block.title, ...block.heads, ...block.strips.map(({ title }) => title)] : [],
    pictures: () => (block.kind === 'pictures' ? block.pictures.map(({ caption }) => caption) : []),
    code: () => (block.kind === 'code' ? [...block.lines] : []),
  }
  return texts[block.kind]().flatMap((text) => text.split(/\s+/).filter((word) => word !== ''))
}

describe.each(['A4', 'Letter'] as const)('a report on %s', async (paper) => {
  const pdf = await reportPdf(report, { paper })

  it('shows every word, whole, and numbers its pages', async () => {
    const pages = await textOf(pdf)
    const all = pages.join(' ')
    // A word broken over lines, such as a hash, is found with the breaks taken out.
    const solid = all.replace(/\s/g, '')
    const missing = report.blocks.flatMap(wordsOf).filter((word) => !solid.includes(word))
    expect([...new Set(missing)]).toEqual([])
    pages.forEach((text, i) => {
      expect(text).toContain(`${i + 1} of ${pages.length}`)
    })
  })

  it('keeps its margins white', async () => {
    using file = await openPdf(pdf)
    const dpi = 60
    for (let n = 0; n < file.pageCount; n++) {
      const { width, height, data } = file.rasterise(n, dpi)
      const px = (mm: number): number => Math.round((mm / 25.4) * dpi)
      let ink = 0
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const side = x < px(20) || x > width - px(20)
          const betweenBodyAndFoot = y > height - px(23) && y < height - px(19)
          const edge = y < px(18) || y > height - px(10)
          if ((side || betweenBodyAndFoot || edge) && data[(y * width + x) * 4 + 1]! < 200) ink++
        }
      }
      expect(ink, `page ${n + 1}`).toBe(0)
    }
  })
})

describe('a report', () => {
  it('gives the same bytes for the same report', async () => {
    const [first, second] = [
      await reportPdf(report, { paper: 'A4' }),
      await reportPdf(report, { paper: 'A4' }),
    ]
    expect(Buffer.compare(first, second)).toBe(0)
  })

  it('draws its plots as vectors: the only images are those of the experiment', async () => {
    const pdf = await reportPdf(report, { paper: 'A4' })
    const shown = report.blocks.flatMap((block) => {
      if (block.kind === 'pictures') return block.pictures.map(({ image }) => image)
      if (block.kind !== 'strips') return []
      return block.strips.flatMap(({ cells }) => cells.flatMap(({ image }) => image ?? []))
    })
    expect(embeddedImages(pdf)).toHaveLength(shown.length)
    expect(embeddedImages(pdf).some(({ interpolated }) => interpolated)).toBe(false)
  })

  it('has an outline of its headings', async () => {
    const objects = pdfObjects(await reportPdf(report, { paper: 'A4' }))
    const headings = report.blocks.filter(({ kind }) => kind === 'heading')
    const entries = objects.filter(
      ({ dictionary }) => /\/Title/.test(dictionary) && /\/Parent/.test(dictionary),
    )
    expect(entries).toHaveLength(headings.length)
  })

  it('sets awkward text: long words, long titles, other scripts, control characters, nothing at all', async () => {
    const awkward: Report = {
      title: 'A very long title that needs more than one line of the page to be set, with Πεζοί и Пешеходы',
      subtitle: 'x'.repeat(200),
      running: 'y'.repeat(300),
      created: '',
      blocks: [
        { kind: 'paragraph', text: 'z'.repeat(400) },
        { kind: 'paragraph', text: '' },
        { kind: 'paragraph', text: 'line\nbreak\tand\u0007bell '.repeat(400) },
        { kind: 'table', table: { title: 'No rows', columns: [{ title: 'A', align: 'decimal' }], rows: [] } },
        {
          kind: 'table',
          table: {
            title: 'Wide',
            columns: [
              { title: 'One', align: 'left' },
              { title: 'Two', align: 'left' },
            ],
            rows: Array.from({ length: 90 }, () => ({ cells: ['word '.repeat(40), 'w'.repeat(90)] })),
          },
        },
        { kind: 'code', lines: ['command '.repeat(900)] },
        {
          kind: 'figure',
          title: 'Empty',
          charts: [{ kind: 'lines', title: '', xTitle: '', xs: [], series: [] }],
          columns: 2,
          key: '',
        },
      ],
    }
    const pages = await textOf(await reportPdf(awkward, { paper: 'A4' }))
    expect(pages.length).toBeGreaterThan(5)
    const solid = pages.join('').replace(/\s/g, '')
    expect(solid.split('breakandbell').length - 1).toBe(400)
  })
})
