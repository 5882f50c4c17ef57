import { describe, expect, it } from 'vitest'
import { classLookup, unknownLabel } from '#core/datasets/labels/classLookup'
import { parseLabels } from '#core/datasets/labels/parseLabels'

describe('parseLabels', () => {
  it.each([
    ['commas', 'a.png,stop\nb.png,yield'],
    ['semicolons', 'a.png;stop\nb.png;yield'],
    ['tabs', 'a.png\tstop\nb.png\tyield'],
    ['spaces', 'a.png stop\nb.png   yield  '],
    ['headings in another order', 'label,width,file\nstop,12,a.png\nyield,9,b.png'],
    [
      'Windows line ends, a byte order mark and comments',
      '\uFEFF# mine\r\n\r\nfile,label\r\na.png,stop\r\nb.png,yield\r\n',
    ],
    ['quotes', '"a.png","stop"\n"b.png", "yield"'],
  ])('reads %s', (_, text) => {
    const { rows, faults } = parseLabels(text)
    expect(faults).toEqual([])
    expect(rows.map(({ file, label }) => [file, label])).toEqual([
      ['a.png', 'stop'],
      ['b.png', 'yield'],
    ])
  })

  it('keeps separators and doubled quotes inside quotes', () => {
    const [row] = parseLabels('"a, ""the"" first.png",Speed limit 50').rows
    expect(row).toEqual({ file: 'a, "the" first.png', label: 'Speed limit 50', line: 1 })
  })

  it('lets white space stand inside a label', () => {
    expect(parseLabels('a.png Speed limit 50').rows[0]?.label).toBe('Speed limit 50')
  })

  it('reports lines that lack a field, by their number', () => {
    const { rows, faults } = parseLabels('a.png,stop\nlonely\nb.png,\n,stop')
    expect(rows).toHaveLength(1)
    expect(faults.map(({ line }) => line)).toEqual([2, 3, 4])
  })

  it('reads nothing from nothing', () => {
    expect(parseLabels('')).toEqual({ rows: [], faults: [] })
  })
})

describe('classLookup', () => {
  const find = classLookup([
    { id: 'stop', name: 'Stop' },
    { id: 'speed-limit-50', name: 'Speed limit 50' },
    'Yield',
  ])

  it.each([
    ['stop', 0],
    ['STOP', 0],
    ['speed-limit-50', 1],
    ['Speed limit 50', 1],
    ['speed_limit_50', 1],
    [' yield ', 2],
    ['0', 0],
    ['2', 2],
    ['3', undefined],
    ['-1', undefined],
    ['1.5', undefined],
    ['', undefined],
    ['tram', undefined],
  ])('finds %j as %j', (label, index) => {
    expect(find(label)).toBe(index)
  })

  it('takes a name that is a number before an index', () => {
    const digits = classLookup(['9', '8', '7'])
    expect(digits('8')).toBe(1)
    expect(digits('0')).toBe(0)
  })

  it('finds nothing by a name that two classes share, save by its exact spelling', () => {
    const both = classLookup(['Stop', 'stop'])
    expect(both('Stop')).toBe(0)
    expect(both('stop')).toBe(1)
    expect(both('STOP')).toBeUndefined()
  })

  it('names a few classes to someone whose label is unknown', () => {
    expect(unknownLabel('x', ['a', 'b', 'c', 'd', 'e', 'f'])).toMatch(
      /a, b, c, d and 2 more, or an index of 0 to 5/,
    )
  })
})
