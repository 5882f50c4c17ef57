import type { ErrorCode } from '#core/errors'

/** What the process answers with, beside 0: listed in `halftone --help`. */
const codes: Readonly<Record<ErrorCode, number>> = {
  'invalid-argument': 2,
  'shape-mismatch': 2,
  'does-not-fit': 2,
  'not-found': 3,
  'unreadable-file': 3,
  unsupported: 4,
  'not-differentiable': 4,
  conflict: 5,
  'newer-schema': 5,
  storage: 6,
  'engine-lost': 7,
  cancelled: 130,
}

/** A code that is none of ours is a bug, and a bug is 1. */
export function exitCodeOf(code: string): number {
  return Object.hasOwn(codes, code) ? codes[code as ErrorCode] : 1
}

export const exitCodesHelp = `
Exit codes:
  0    done
  1    a bug in Halftone
  2    an option, an image or a page that does not fit: see the message
  3    a file or an experiment is missing or cannot be read
  4    a model or a machine that cannot do this
  5    not now: another writer, a step that comes first, a newer version
  6    the disk is full or cannot be written to
  7    the engine stopped; run the command again
  130  cancelled
`
