import { describe, expect, it } from 'vitest'
import { duration, ProgressLine } from '../../src/cli/ProgressLine'

function terminal(isTTY: boolean, columns = 100) {
  const written: string[] = []
  return { isTTY, columns, written, write: (text: string) => written.push(text) }
}

describe('progress', () => {
  it('rewrites one line on a terminal, with the time left, and never more than fits', () => {
    let now = 0
    const out = terminal(true, 60)
    const line = new ProgressLine('attack', out, () => now)
    line.update({ phase: 'a phase with a very long name that does not fit at all', done: 0, total: 10 })
    now = 5000
    line.update({ phase: 'b', done: 5, total: 10 })
    expect(out.written[1]).toContain('attack [############------------]  50%, 5.0 s left  b')
    expect(out.written.every((text) => text.startsWith('\r') && !text.includes('\n'))).toBe(true)
    expect(out.written[0]!.trimEnd().length).toBeLessThanOrEqual(60)
    now = 8000
    line.end()
    expect(out.written.at(-1)).toBe('attack: done in 8.0 s\n')
  })

  it('writes plain lines now and then elsewhere', () => {
    let now = 0
    const out = terminal(false)
    const line = new ProgressLine('attack', out, () => now)
    for (; now <= 20_000; now += 100) line.update({ phase: 'p', done: now, total: 20_000 })
    line.note('note: something')
    line.end()
    expect(out.written.join('')).not.toContain('\r')
    expect(out.written).toHaveLength(4 + 2)
    expect(out.written[2]).toBe('attack:  50%, 10 s left, p\n')
  })

  it('counts only what was done since it began, where work goes on after a stop', () => {
    let now = 0
    const out = terminal(true)
    const line = new ProgressLine('train', out, () => now)
    line.update({ phase: 'p', done: 50, total: 100 })
    now = 10_000
    line.update({ phase: 'p', done: 60, total: 100 })
    expect(out.written[0]).not.toContain('left')
    expect(out.written[1]).toContain(' 60%, 40 s left')
  })

  it('says nothing when nothing was to be done', () => {
    const out = terminal(false)
    new ProgressLine('read', out, () => 0).end()
    expect(out.written).toEqual([])
  })

  it.each([
    [400, '0.4 s'],
    [9960, '10 s'],
    [12_400, '12 s'],
    [200_000, '3 min 20 s'],
    [7_500_000, '2 h 5 min'],
  ])('%d ms are %s', (ms, text) => {
    expect(duration(ms)).toBe(text)
  })
})
