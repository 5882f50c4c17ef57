import { HalftoneError } from '#core/errors'
import type { Corner } from './SheetGeometry'

/**
 * The text in a corner code: 16 characters, so that the QR code stays version 1 at level Q.
 *
 *     HT  1  EEEEEE  SSS  C  KKK
 *
 * our mark, the format's version, the experiment (6 of 0-9 A-Z), the sheet from 0 in base 36, the corner (A to D,
 * clockwise from the top left), and CRC-16/CCITT-FALSE of the first 13 characters in base 45 over the QR alphabet.
 * The code's own error correction repairs dirt; the check is against codes that look like ours by chance, and against
 * text that was typed in.
 */
export interface SheetCodeText {
  /** Six of 0-9 and A-Z: see `experimentCode`. */
  readonly experiment: string
  /** From 0. */
  readonly sheet: number
  readonly corner: Corner
}

/** Why a text is not a sheet code that we can read. */
export type PayloadProblem = 'not-ours' | 'newer-version' | 'damaged'

export type DecodedPayload =
  | { readonly ok: true; readonly value: SheetCodeText }
  | { readonly ok: false; readonly problem: PayloadProblem; readonly message: string }

const MARK = 'HT'
const VERSION = 1
const QR_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'
const CORNERS: readonly Corner[] = ['top-left', 'top-right', 'bottom-right', 'bottom-left']
const EXPERIMENT = /^[0-9A-Z]{6}$/
const SHEET = /^[0-9A-Z]{3}$/

/** Sheets that one experiment can number. */
export const MAX_SHEETS = 36 ** 3

/** @throws HalftoneError `invalid-argument` for an experiment or sheet that cannot be written. */
export function encodePayload({ experiment, sheet, corner }: SheetCodeText): string {
  if (!EXPERIMENT.test(experiment)) {
    throw new HalftoneError(
      'invalid-argument',
      `Expected an experiment code of six characters 0-9 and A-Z, got "${experiment}".`,
    )
  }
  if (!Number.isInteger(sheet) || sheet < 0 || sheet >= MAX_SHEETS) {
    throw new HalftoneError(
      'invalid-argument',
      `Expected a sheet number from 0 to ${MAX_SHEETS - 1}, got ${sheet}.`,
    )
  }
  const number = sheet.toString(36).toUpperCase().padStart(3, '0')
  const body = `${MARK}${VERSION}${experiment}${number}${'ABCD'[CORNERS.indexOf(corner)]!}`
  return body + check(body)
}

/** Reads a code's text. A code that is not ours is no error: anything may lie beside a sheet. */
export function decodePayload(text: string): DecodedPayload {
  if (!text.startsWith(MARK) || text.length !== 16) {
    return { ok: false, problem: 'not-ours', message: 'This code is not one of a Halftone sheet.' }
  }
  const version = text.charAt(2)
  const body = text.slice(0, 13)
  const intact = text.slice(13) === check(body)
  if (version !== String(VERSION)) {
    const newer = intact && /[2-9A-Z]/.test(version)
    return newer
      ? {
          ok: false,
          problem: 'newer-version',
          message: `This sheet has codes of version ${version}; this Halftone reads version ${VERSION}. Update Halftone.`,
        }
      : { ok: false, problem: 'not-ours', message: 'This code is not one of a Halftone sheet.' }
  }
  const experiment = text.slice(3, 9)
  const sheet = text.slice(9, 12)
  const corner = CORNERS['ABCD'.indexOf(text.charAt(12))]
  if (!intact || !corner || !EXPERIMENT.test(experiment) || !SHEET.test(sheet)) {
    return { ok: false, problem: 'damaged', message: `The check of the sheet code "${text}" does not match.` }
  }
  return { ok: true, value: { experiment, sheet: Number.parseInt(sheet, 36), corner } }
}

/** A six-character experiment code from any identifier: 31 bits of FNV-1a with a finaliser, in base 36. */
export function experimentCode(id: string): string {
  let hash = 0x811c9dc5
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  hash ^= hash >>> 16
  return ((hash >>> 0) % 36 ** 6).toString(36).toUpperCase().padStart(6, '0')
}

function check(body: string): string {
  const crc = crc16(body)
  return [Math.floor(crc / 2025), Math.floor(crc / 45) % 45, crc % 45]
    .map((i) => QR_ALPHABET.charAt(i))
    .join('')
}

/** CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, over the low bytes of the characters. */
export function crc16(text: string): number {
  let crc = 0xffff
  for (let i = 0; i < text.length; i++) {
    crc ^= (text.charCodeAt(i) & 0xff) << 8
    for (let bit = 0; bit < 8; bit++)
      crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return crc
}
