import { describe, expect, test } from 'vitest'
import type { ReadCode } from '#core/capture/CodeReader'
import { isSheetCode, refusalsOf, sortCodes } from '#core/capture/sightings'
import { encodePayload } from '#core/sheet/payload'
import { testSheets } from '../../support/testSheets'

const sheets = testSheets(2, 'TEST01')
const point = { x: 0, y: 0 }
const code = (text: string, mirrored = false): ReadCode => ({
  text,
  mirrored,
  corners: [point, point, point, point],
})
const payload = (experiment: string, sheet: number): string =>
  encodePayload({ experiment, sheet, corner: 'top-left' })

describe('sortCodes', () => {
  test('sorts codes by what they name', () => {
    const sorted = sortCodes(
      [
        code(payload('TEST01', 1)),
        code(payload('TEST01', 7)),
        code(payload('OTHER0', 0)),
        code('https://example.org'),
      ],
      sheets,
    )
    expect([...sorted.known.keys()]).toEqual([1])
    expect(sorted.unknownSheets).toEqual([7])
    expect(sorted.otherExperiments).toEqual(['OTHER0'])
    expect(sorted.mirrored).toBe(false)
    const refusals = refusalsOf(sorted, sheets)
    expect(refusals.map((r) => r.reason)).toEqual(['unknown-sheet', 'wrong-experiment'])
    expect(refusals[0]!.message).toContain('sheet 8 of experiment TEST01')
    expect(refusals[1]!.message).toContain('experiment OTHER0; expected experiment TEST01')
  })

  test('one damaged character and it is no sheet code', () => {
    const text = payload('TEST01', 0)
    expect(isSheetCode(text)).toBe(true)
    expect(isSheetCode(text.replace('TEST01', 'TEST02'))).toBe(false)
    expect(isSheetCode('')).toBe(false)
  })

  test('a mirror is noticed by the majority', () => {
    expect(sortCodes([code(payload('TEST01', 0), true)], sheets).mirrored).toBe(true)
    expect(sortCodes([code(payload('TEST01', 0), true), code(payload('TEST01', 1))], sheets).mirrored).toBe(
      false,
    )
  })
})
