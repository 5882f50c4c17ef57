/** Nesting of lists and maps in any command of the lab is far below this. */
const deepest = 32
/** Values in one message, bytes and texts counted as one each. */
const most = 1_000_000

/**
 * Looks at the structure of a MessagePack message before it is decoded: a decoder makes a list as long as its head
 * says, so that a few bytes could ask for gigabytes.
 *
 * @returns what is wrong; null when the message is one whole value, neither too deep nor of too many parts
 */
export function checkMessage(bytes: Uint8Array): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  /** Values still to come at each depth. */
  const open: number[] = [1]
  let at = 0
  let seen = 0
  try {
    while (open.length > 0) {
      if (open[open.length - 1] === 0) {
        open.pop()
        continue
      }
      open[open.length - 1]!--
      if (++seen > most) return `more than ${most} values`
      const { skip, children } = head(view, at)
      at += skip
      if (at > bytes.length) return 'cut short'
      // Each child takes a byte at least.
      if (children > bytes.length - at) return 'cut short'
      if (children > 0) open.push(children)
      if (open.length > deepest) return `nested deeper than ${deepest}`
    }
  } catch (error) {
    if (error instanceof RangeError) return 'cut short'
    throw error
  }
  return at === bytes.length ? null : 'followed by something else'
}

interface Head {
  /** Bytes of the head, and of the content where that is no values. */
  readonly skip: number
  readonly children: number
}

/** One value's head. https://github.com/msgpack/msgpack/blob/master/spec.md, "Formats" */
function head(view: DataView, at: number): Head {
  const byte = view.getUint8(at)
  if (byte <= 0x7f || byte >= 0xe0) return leaf(1)
  if (byte <= 0x8f) return { skip: 1, children: 2 * (byte & 0x0f) }
  if (byte <= 0x9f) return { skip: 1, children: byte & 0x0f }
  if (byte <= 0xbf) return leaf(1 + (byte & 0x1f))
  if (byte <= 0xc3) return leaf(1)
  // bin 8, 16, 32
  if (byte <= 0xc6) return sized(view, at, byte - 0xc4, 0)
  // ext 8, 16, 32: a type follows the length
  if (byte <= 0xc9) return sized(view, at, byte - 0xc7, 1)
  // float 32, 64; uint 8..64; int 8..64
  if (byte <= 0xcb) return leaf(byte === 0xca ? 5 : 9)
  if (byte <= 0xcf) return leaf(1 + 2 ** (byte - 0xcc))
  if (byte <= 0xd3) return leaf(1 + 2 ** (byte - 0xd0))
  // fixext 1..16
  if (byte <= 0xd8) return leaf(2 + 2 ** (byte - 0xd4))
  // str 8, 16, 32
  if (byte <= 0xdb) return sized(view, at, byte - 0xd9, 0)
  // array 16, 32; map 16, 32
  const wide = byte === 0xdd || byte === 0xdf
  const count = wide ? view.getUint32(at + 1) : view.getUint16(at + 1)
  return { skip: wide ? 5 : 3, children: byte >= 0xde ? 2 * count : count }
}

function leaf(skip: number): Head {
  return { skip, children: 0 }
}

/** @param width 0, 1 or 2 for a length of 1, 2 or 4 bytes @param more bytes between the length and the content */
function sized(view: DataView, at: number, width: number, more: number): Head {
  const length =
    width === 0 ? view.getUint8(at + 1) : width === 1 ? view.getUint16(at + 1) : view.getUint32(at + 1)
  return leaf(1 + 2 ** width + more + length)
}
