import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { NpyArray } from '#core/npy/NpyArray'
import { readNpy } from '#core/npy/readNpy'
import { writeNpy } from '#core/npy/writeNpy'

/** A file as NumPy would write it: this header text, then these bytes. */
function file(dict: string, data: Uint8Array, version = 1): Uint8Array {
  const header = Buffer.from(dict + '\n', 'latin1')
  const length =
    version === 1
      ? [header.length & 255, header.length >> 8]
      : [header.length & 255, header.length >> 8, 0, 0]
  return Buffer.concat([Buffer.from([0x93, ...Buffer.from('NUMPY'), version, 0, ...length]), header, data])
}
const bytesOf = (data: ArrayBufferView): Uint8Array =>
  new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

const arrays: NpyArray[] = [
  { type: 'float32', shape: [2, 3], data: Float32Array.of(1, -2, 0.5, NaN, Infinity, 1e-30) },
  { type: 'float64', shape: [], data: Float64Array.of(Math.PI) },
  { type: 'int64', shape: [3], data: BigInt64Array.of(1n, -(2n ** 60n), 3n) },
  { type: 'int32', shape: [0, 4], data: new Int32Array(0) },
  { type: 'uint8', shape: [2, 1, 2], data: Uint8Array.of(0, 1, 254, 255) },
  { type: 'int8', shape: [2], data: Int8Array.of(-128, 127) },
  { type: 'int16', shape: [2], data: Int16Array.of(-32768, 32767) },
]

describe('NumPy files', () => {
  it.each(arrays)('brings $type $shape back', (array) => {
    const bytes = writeNpy(array)
    expect(readNpy(bytes, 'x.npy')).toEqual(array)
    expect((bytes.length - bytesOf(array.data).length) % 64).toBe(0)
  })

  it('reads versions 1 and 2, spaces and key order as they come', () => {
    const data = bytesOf(Float32Array.of(1, 2))
    for (const version of [1, 2]) {
      const bytes = file('{ \'shape\' : (2L,),\'fortran_order\':False , "descr": "<f4"}', data, version)
      expect([...readNpy(bytes, 'x.npy').data]).toEqual([1, 2])
    }
  })

  it('turns Fortran order to C order', () => {
    // a[i, j, k] = 100 i + 10 j + k for shape (2, 3, 2), first index fastest.
    const data = new Float32Array(12)
    for (let i = 0; i < 2; i++)
      for (let j = 0; j < 3; j++) for (let k = 0; k < 2; k++) data[i + 2 * j + 6 * k] = 100 * i + 10 * j + k
    const bytes = file("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3, 2), }", bytesOf(data))
    expect([...readNpy(bytes, 'f.npy').data]).toEqual([0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121])
  })

  it.each([
    ['another format', Buffer.from('PK\x03\x04 something else'), /x\.npy is not a NumPy array file/],
    ['nothing', Buffer.alloc(0), /not a NumPy array file/],
    [
      'a header that runs past the end',
      file("{'descr': '<f4'", new Uint8Array(0)).subarray(0, 14),
      /cut short/,
    ],
    [
      'missing data',
      file("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", new Uint8Array(8)),
      /cut short: expected 80 bytes, got 76/,
    ],
    [
      'extra data',
      file("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(2)),
      /after its/,
    ],
    [
      'big-endian numbers',
      file("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", new Uint8Array(4)),
      /'>f4'.*little-endian/,
    ],
    [
      'records',
      file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", new Uint8Array(4)),
      /fields/,
    ],
    ['a damaged header', file("{'descr': '<f4', 'shape': (1,), }", new Uint8Array(4)), /damaged/],
    ['a later version', file('{}', new Uint8Array(0), 9), /version 9/],
    [
      'a giant shape',
      file(
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999, 99999999999), }",
        new Uint8Array(4),
      ),
      /cut short/,
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readNpy(bytes, 'x.npy')).toThrow(message)
  })

  it.runIf(hasNumPy())('agrees with NumPy itself, both ways', () => {
    const folder = mkdtempSync(join(tmpdir(), 'halftone-npy-'))
    try {
      const [ours, theirs] = [join(folder, 'ours.npy'), join(folder, 'theirs.npy')]
      writeFileSync(ours, writeNpy(arrays[0]!))
      const code =
        'import sys, numpy as np; a = np.load(sys.argv[1]); np.save(sys.argv[2], np.asfortranarray(np.stack([a, a + 1])))'
      execFileSync('python3', ['-c', code, ours, theirs])
      const back = readNpy(readFileSync(theirs), theirs)
      expect(back.shape).toEqual([2, 2, 3])
      expect([...back.data].slice(0, 3)).toEqual([1, -2, 0.5])
      expect([...back.data].slice(6, 9)).toEqual([2, -1, 1.5])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

function hasNumPy(): boolean {
  try {
    execFileSync('python3', ['-c', 'import numpy'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
