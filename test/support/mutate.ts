import type { Random } from '#core/tensor/Random'

/** Numbers that parsers trip over: ends of ranges, and lengths that are larger than anything. */
const evilBytes = [0x00, 0x01, 0x7f, 0x80, 0xff]
const evilVarints = [
  [0xff, 0xff, 0xff, 0xff, 0x07],
  [0xff, 0xff, 0xff, 0xff, 0x0f],
  [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],
]

/** A damaged copy of a file: some bytes changed, cut, doubled, moved or replaced, one to eight times. */
export function mutated(file: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(file)
  const times = 1 + random.int(8)
  for (let i = 0; i < times && bytes.length > 0; i++) bytes = once(bytes, random)
  return bytes
}

function once(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.int(bytes.length)
  const length = Math.min(1 + random.int(random.int(4) === 0 ? 256 : 8), bytes.length - at)
  const piece = bytes.subarray(at, at + length)
  switch (random.int(8)) {
    case 0:
      bytes[at]! ^= 1 << random.int(8)
      return bytes
    case 1:
      bytes[at] = evilBytes[random.int(evilBytes.length)]!
      return bytes
    case 2:
      return bytes.subarray(0, at)
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length))
    case 4:
      return joined(bytes.subarray(0, at), piece, bytes.subarray(at))
    case 5: {
      const to = random.int(bytes.length)
      return joined(bytes.subarray(0, to), piece, bytes.subarray(to))
    }
    case 6: {
      const varint = evilVarints[random.int(evilVarints.length)]!
      return joined(bytes.subarray(0, at), Uint8Array.from(varint), bytes.subarray(at + 1))
    }
    default:
      bytes.fill(random.int(256), at, at + length)
      return bytes
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
