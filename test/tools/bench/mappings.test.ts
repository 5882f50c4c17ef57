import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { countedTwice } from '../../../tools/bench/peers/mappings'

const mapping = (offset: string, inode: number, rss: number, own = 0): string =>
  `7f0000000000-7f0000100000 r--p ${offset} fe:00 ${inode}      ${inode > 0 ? '/cache/a.weights' : ''}\n` +
  `Size:   1024 kB\nRss:    ${rss} kB\nPss:    7 kB\nAnonymous:    ${own} kB\nSwap:   0 kB\n`

it('finds what is mapped more than once: the same part of the same file', () => {
  const smaps =
    mapping('00001000', 12, 100) +
    mapping('00001000', 12, 80, 10) +
    mapping('00002000', 12, 40) +
    mapping('00001000', 13, 40) +
    mapping('00000000', 0, 500, 500) +
    mapping('00000000', 0, 500, 500)
  expect(countedTwice(smaps)).toBe(70)
  expect(countedTwice('')).toBe(0)
})

it('reads what this system writes', (context) => {
  let smaps: string
  try {
    smaps = readFileSync('/proc/self/smaps', 'utf8')
  } catch {
    return context.skip('this system has no /proc/self/smaps')
  }
  const resident = [...smaps.matchAll(/^Rss:\s+(\d+)/gm)].reduce((sum, [, size]) => sum + Number(size), 0)
  expect(countedTwice(smaps)).toBeGreaterThanOrEqual(0)
  expect(countedTwice(smaps)).toBeLessThan(resident / 2)
})
