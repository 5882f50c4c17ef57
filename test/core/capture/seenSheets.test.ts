import { describe, expect, it } from 'vitest'
import type { ReadCode } from '#core/capture/CodeReader'
import { seenSheets } from '#core/capture/seenSheets'
import { crc16, encodePayload } from '#core/sheet/payload'
import type { Corner } from '#core/sheet/SheetGeometry'

const gray = { width: 400, height: 300, data: new Uint8Array(400 * 300) }

function code(text: string, x = 10): ReadCode {
  const at = (dx: number, dy: number) => ({ x: x + dx, y: 20 + dy })
  return { text, corners: [at(0, 0), at(60, 0), at(60, 60), at(0, 60)], mirrored: false }
}

const ours = (sheet: number, corner: Corner, experiment = 'TEST01') =>
  encodePayload({ experiment, sheet, corner })

describe('seenSheets', () => {
  it('sorts codes by sheet, the one with most of them first', () => {
    const codes = [
      code(ours(0, 'top-left')),
      code(ours(4, 'top-left', 'OTHER1')),
      code(ours(4, 'bottom-right', 'OTHER1')),
    ]
    const { sheets } = seenSheets(gray, codes)
    expect(sheets.map(({ experiment, sheet, codes: of }) => [experiment, sheet, of.length])).toEqual([
      ['OTHER1', 4, 2],
      ['TEST01', 0, 1],
    ])
    // There is no contrast in this picture, so nothing is said of its blur.
    expect(sheets[0]!.codes.map(({ corner, blurPx }) => [corner, blurPx])).toEqual([
      ['top-left', null],
      ['bottom-right', null],
    ])
  })

  it('takes a corner that is seen twice once: a copy of the sheet lies beside it', () => {
    const { sheets } = seenSheets(gray, [code(ours(0, 'top-left')), code(ours(0, 'top-left'), 200)])
    expect(sheets[0]!.codes).toHaveLength(1)
    expect(sheets[0]!.codes[0]!.corners[0].x).toBe(10)
  })

  it('counts codes that are not ours, and those of a newer version', () => {
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
    const body = 'HT2TEST01000A'
    const crc = crc16(body)
    const check = [Math.floor(crc / 2025), Math.floor(crc / 45) % 45, crc % 45]
      .map((i) => alphabet[i])
      .join('')
    const seen = seenSheets(gray, [code('https://example.org'), code('HT1TEST01000A000'), code(body + check)])
    expect(seen).toMatchObject({ sheets: [], foreign: 2, newer: 1 })
  })
})
