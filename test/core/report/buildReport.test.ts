import { describe, expect, it } from 'vitest'
import { share } from '#core/metrics/share'
import { buildReport } from '#core/report/buildReport'
import { counted, dateText, interval, percent, spelled } from '#core/report/format'
import type { Block, Report, Table } from '#core/report/Report'
import type { ReportInput } from '#core/report/ReportInput'
import { sampleInput } from './sampleInput'

const tablesOf = ({ blocks }: Report): Table[] =>
  blocks.flatMap((block) => (block.kind === 'table' ? [block.table] : []))
const headingsOf = ({ blocks }: Report): string[] =>
  blocks.flatMap((block) => (block.kind === 'heading' ? [block.text] : []))
const figuresOf = ({ blocks }: Report) =>
  blocks.filter((block): block is Extract<Block, { kind: 'figure' }> => block.kind === 'figure')

describe('a report', () => {
  const input = sampleInput()
  const report = buildReport(input)

  it('has its sections in order', () => {
    expect(headingsOf(report)).toEqual([
      'What was done',
      'Destruction rates',
      'Accuracy',
      'Crops and colours',
      'Transformation study',
      'Examples',
      'Capture',
      'How to reproduce',
    ])
    expect(report.created).toBe('22 November 2026, 19:25 UTC')
  })

  it('has as many cells in every row as the table has columns', () => {
    for (const table of tablesOf(report)) {
      for (const row of table.rows) expect(row.cells, table.title).toHaveLength(table.columns.length)
    }
  })

  it('sets the paper’s rates beside those measured, in its twelve settings', () => {
    const table = tablesOf(report).find(({ title }) => title.includes('average case, the refined crop'))!
    expect(table.rows).toHaveLength(12)
    const score = input.scores.find(
      (each) => each.setting === 'leastLikely-eps4' && each.case === 'average' && each.crop === 'refined',
    )!
    const { top1, top5 } = score.destruction
    expect(table.rows[10]!.cells).toEqual([
      '',
      '4',
      '90.3',
      percent(top1.rate),
      `${top1.count}/${top1.of}`,
      interval(top1),
      '93.9',
      percent(top5.rate),
      `${top5.count}/${top5.of}`,
      interval(top5),
    ])
    expect(table.rows.map(({ starts }) => starts)).toEqual(Array.from({ length: 12 }, (_, i) => i % 4 === 0))
  })

  it('shows an empty denominator as such, in the table and in the figure', () => {
    const table = tablesOf(report).find(({ title }) => title.includes('prefiltered case, the refined crop'))!
    expect(table.rows[3]!.cells.slice(3, 6)).toEqual(['–', '0/0', ''])
    const chart = figuresOf(report).find(({ title }) => title.includes('prefiltered'))!.charts[0]!
    expect(chart.kind === 'dots' && chart.rows[3]!.here).toBeNull()
    const study = figuresOf(report).find(({ title }) => title.includes('transformation'))!.charts[0]!
    expect(
      study.kind === 'lines' && study.series.some(({ points }) => points.some(({ y }) => y === null)),
    ).toBe(true)
  })

  it('draws a panel for each transformation and a figure for each epsilon, one style to an attack', () => {
    const figures = figuresOf(report).filter(({ title }) => title.includes('transformation'))
    expect(figures.map(({ title }) => title)).toEqual([
      'Destruction rate in % by transformation, ε = 16',
      'Destruction rate in % by transformation, ε = 8',
    ])
    for (const chart of figures.flatMap(({ charts }) => charts)) {
      if (chart.kind !== 'lines') return expect.fail('a study is drawn as lines')
      expect(chart.series.map(({ style }) => style)).toEqual([0, 1, 2, 5])
      for (const { points } of chart.series) expect(points.map(({ x }) => x)).toEqual(chart.xs)
    }
  })

  it('says whether the methods come in the paper’s order, by the numbers', () => {
    const finding = (rates: readonly [number, number, number], only?: number): string => {
      const attacks = ['fgsm-eps16', 'bim-eps16', 'leastLikely-eps16']
      const scores = input.scores.map((score) => {
        const at = attacks.indexOf(score.setting)
        if (at < 0) return score
        const top1 = { images: 50, ...share(rates[at]!, 40) }
        return { ...score, destruction: { ...score.destruction, top1 } }
      })
      const settings = input.settings.filter(({ epsilon }) => only === undefined || epsilon === only)
      const second = buildReport({ ...input, settings, scores }).blocks[1]
      return second?.kind === 'paragraph' ? second.text : ''
    }
    expect(finding([5, 16, 30], 16)).toMatch(
      /Fast gradient sign 5 of 40 .*come in the order.*the finer the method/,
    )
    expect(finding([30, 16, 5], 16)).toMatch(/not the order/)
    expect(finding([16, 16, 16], 16)).toMatch(/not the order/)
    expect(finding([30, 16, 5])).toMatch(/come in the order .* at ε = [248, and]+, and not at ε = 16/)
  })

  it('names crops that were lost and photos that were refused', () => {
    const table = tablesOf(report).find(({ title }) => title.includes('average case, the paper’s crop'))!
    expect(table.note).toContain('8 pairs have no usable crop')
    const refused = tablesOf(report).find(({ title }) => title === 'Photos that gave no crops')!
    expect(refused.rows[0]!.cells[0]).toBe('IMG_2041.HEIC')
  })

  it('leaves out what there is not, and says so when nothing was scored', () => {
    const bare: ReportInput = {
      ...input,
      scores: [],
      study: null,
      quality: [],
      refusedPhotos: [],
      photos: [],
      examples: [],
      commands: [],
    }
    const nothing = buildReport(bare)
    expect(headingsOf(nothing)).toEqual(['What was done', 'How to reproduce'])
    expect(nothing.blocks[1]).toMatchObject({
      text: expect.stringContaining('No photo has been scored') as string,
    })
  })

  it('has one case, one crop, and an attack without epsilon too', () => {
    const setting = { id: 'noise', attack: 'noise', title: 'Random noise', epsilon: null, params: {} }
    const scores = input.scores
      .filter((score) => score.setting === 'fgsm-eps16' && score.case === 'average' && score.crop === 'paper')
      .map((score) => ({ ...score, setting: 'noise', paper: null }))
    const small = buildReport({
      ...input,
      cases: ['average'],
      settings: [setting],
      scores,
      study: null,
      examples: [],
    })
    const table = tablesOf(small).find(({ title }) => title.startsWith('Destruction rates'))!
    expect(table.rows).toHaveLength(1)
    expect(table.rows[0]!.cells.slice(0, 3)).toEqual(['Random noise', '–', '–'])
    expect(headingsOf(small)).not.toContain('Crops and colours')
  })
})

describe('numbers as the reader sees them', () => {
  it('come with their counts and intervals', () => {
    expect(percent(1 / 3)).toBe('33.3')
    expect(percent(null)).toBe('–')
    expect(counted(share(8, 24))).toBe('8/24')
    expect(interval(share(8, 24))).toBe('18–53')
    expect(interval(share(0, 0))).toBe('')
    expect(spelled(share(8, 24))).toBe('8 of 24 (33.3 %, 95 % interval 18 to 53 %)')
    expect(spelled(share(0, 0))).toBe('none of 0')
  })

  it('have dates spelled out', () => {
    expect(dateText('2026-01-05T07:03:59Z')).toBe('5 January 2026, 07:03 UTC')
    expect(dateText('yesterday')).toBe('yesterday')
    expect(dateText('2026-13-05T07:03:59Z')).toBe('2026-13-05T07:03:59Z')
  })
})
