import { describe, expect, it } from 'vitest'
import { crc16, decodePayload, encodePayload, experimentCode, MAX_SHEETS } from '#core/sheet/payload'
import { QR_CAPACITY, QR_MODULES, qrModules } from '#core/sheet/qr'
import type { Corner } from '#core/sheet/SheetGeometry'
import { Random } from '#core/tensor/Random'

const corners: readonly Corner[] = ['top-left', 'top-right', 'bottom-right', 'bottom-left']
const qrAlphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const random = new Random('payload')
const below = (n: number): number => random.bits() % n
const anyText = () => ({
  experiment: Array.from({ length: 6 }, () => qrAlphabet.charAt(below(36))).join(''),
  sheet: below(MAX_SHEETS),
  corner: corners[below(4)]!,
})

describe('sheet code payload', () => {
  it('comes back from its text, in 16 characters of the QR alphabet', () => {
    for (let i = 0; i < 500; i++) {
      const value = anyText()
      const text = encodePayload(value)
      expect(text).toHaveLength(QR_CAPACITY)
      expect([...text].every((character) => qrAlphabet.includes(character))).toBe(true)
      expect(decodePayload(text)).toEqual({ ok: true, value })
    }
  })

  it('refuses every text with one character changed', () => {
    const accepted: string[] = []
    for (let i = 0; i < 30; i++) {
      const text = encodePayload(anyText())
      for (let at = 0; at < text.length; at++) {
        for (const character of qrAlphabet) {
          if (character === text.charAt(at)) continue
          const changed = text.slice(0, at) + character + text.slice(at + 1)
          if (decodePayload(changed).ok) accepted.push(changed)
        }
      }
    }
    expect(accepted).toEqual([])
  })

  it('refuses every text with two neighbours swapped', () => {
    const accepted: string[] = []
    for (let i = 0; i < 200; i++) {
      const text = encodePayload(anyText())
      for (let at = 0; at + 1 < text.length; at++) {
        const swapped = text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2)
        if (swapped !== text && decodePayload(swapped).ok) accepted.push(swapped)
      }
    }
    expect(accepted).toEqual([])
  })

  it('says why a text cannot be read', () => {
    const text = encodePayload({ experiment: 'ABC123', sheet: 7, corner: 'top-left' })
    const problem = (other: string) => {
      const result = decodePayload(other)
      return result.ok ? 'read' : result.problem
    }
    expect(problem('https://example.org')).toBe('not-ours')
    expect(problem('')).toBe('not-ours')
    expect(problem(`${text} `)).toBe('not-ours')
    expect(problem(`${text.slice(0, 5)}Z${text.slice(6)}`)).toBe('damaged')
    const body = `HT2${text.slice(3, 13)}`
    const crc = crc16(body)
    const check = [Math.floor(crc / 2025), Math.floor(crc / 45) % 45, crc % 45]
    const newer = body + check.map((i) => qrAlphabet.charAt(i)).join('')
    expect(problem(newer)).toBe('newer-version')
    expect(decodePayload(newer)).toMatchObject({
      message: expect.stringContaining('Update Halftone') as string,
    })
  })

  it('has the check value of CRC-16/CCITT-FALSE', () => {
    expect(crc16('123456789')).toBe(0x29b1)
  })

  it('refuses what it cannot write', () => {
    const good = { experiment: 'ABC123', sheet: 0, corner: 'top-left' } as const
    expect(() => encodePayload({ ...good, experiment: 'abc123' })).toThrow(/six characters/)
    expect(() => encodePayload({ ...good, sheet: MAX_SHEETS })).toThrow(/46655/)
    expect(() => encodePayload({ ...good, sheet: 1.5 })).toThrow(/sheet number/)
  })

  it('gives experiments codes that differ', () => {
    const codes = new Set(Array.from({ length: 5000 }, (_, i) => experimentCode(`signs-${i}`)))
    expect(codes.size).toBe(5000)
    expect([...codes].filter((code) => !/^[0-9A-Z]{6}$/.test(code))).toEqual([])
  })
})

describe('qrModules', () => {
  it('makes version 1 codes with their three finders', () => {
    const { size, dark } = qrModules(
      encodePayload({ experiment: 'ZZZZZZ', sheet: 46655, corner: 'bottom-left' }),
    )
    expect(size).toBe(QR_MODULES)
    for (const [x, y] of [
      [0, 0],
      [14, 0],
      [0, 14],
    ] as const) {
      const ring = Array.from({ length: 7 }, (_, i) => dark[y * size + x + i])
      expect(ring).toEqual(Array.from({ length: 7 }, () => true))
      expect(dark[(y + 1) * size + x + 1]).toBe(false)
      expect(dark[(y + 3) * size + x + 3]).toBe(true)
    }
  })

  it('refuses a text that would need a larger code', () => {
    expect(() => qrModules('HT1ABCDEF0000A123')).toThrow(/at most 16/)
    expect(() => qrModules('lower case')).toThrow(/0-9, A-Z/)
  })
})
