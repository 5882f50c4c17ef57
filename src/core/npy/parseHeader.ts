import { HalftoneError } from '#core/errors'

export interface NpyHeader {
  readonly descr: string
  readonly fortranOrder: boolean
  readonly shape: readonly number[]
}

/**
 * The header is a Python dict literal with three keys in any order:
 * {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
 */
export function parseHeader(bytes: Uint8Array, name: string): NpyHeader {
  const text = String.fromCharCode(...bytes.subarray(0, 4096))
  const descr = /['"]descr['"]\s*:\s*['"]([^'"]+)['"]/.exec(text)?.[1]
  const order = /['"]fortran_order['"]\s*:\s*(True|False)/.exec(text)?.[1]
  const shape = /['"]shape['"]\s*:\s*\(([\d,\sL]*)\)/.exec(text)?.[1]
  if (descr === undefined && /['"]descr['"]\s*:\s*\[/.test(text)) {
    throw new HalftoneError(
      'unsupported',
      `${name} holds records with fields; save one plain array of numbers.`,
    )
  }
  if (descr === undefined || order === undefined || shape === undefined) {
    throw new HalftoneError('unreadable-file', `${name} is damaged: its .npy header cannot be read.`)
  }
  const lengths = shape
    .split(',')
    .map((length) => length.trim().replace(/L$/, ''))
    .filter((length) => length !== '')
    .map(Number)
  return { descr, fortranOrder: order === 'True', shape: lengths }
}
