import { deflateSync, inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { raster } from '#core/tensor/Raster'
import { encodePng } from '#node/images/encodePicture'
import { pngData } from '#node/pdf/pngData'

const picture = raster(
  5,
  4,
  3,
  new Uint8Array(60).map((_, i) => i * 4),
)

/** A PNG of given header fields; checksums are not looked at. */
function png(fields: {
  depth?: number
  colour?: number
  interlace?: number
  extra?: string
  parts?: number
}): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)])
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(5, 0)
  head.writeUInt32BE(4, 4)
  head[8] = fields.depth ?? 8
  head[9] = fields.colour ?? 2
  head[12] = fields.interlace ?? 0
  const data = deflateSync(Buffer.alloc(64, 7))
  const cut = Math.ceil(data.length / (fields.parts ?? 1))
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    ...(fields.extra === undefined ? [] : [chunk(fields.extra, Buffer.alloc(6))]),
    ...Array.from({ length: fields.parts ?? 1 }, (_, i) =>
      chunk('IDAT', data.subarray(i * cut, (i + 1) * cut)),
    ),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('pngData', () => {
  it('takes size, channels and the pixel stream', async () => {
    const data = pngData(await encodePng(picture))
    expect([data.width, data.height, data.channels]).toEqual([5, 4, 3])
    expect(inflateSync(data.flate)).toHaveLength(4 * (5 * 3 + 1))
    expect(pngData(png({ colour: 0 })).channels).toBe(1)
  })

  it('joins a stream that comes in several chunks, and passes over chunks that it does not know', () => {
    expect(inflateSync(pngData(png({ parts: 3, extra: 'tEXt' })).flate)).toEqual(Buffer.alloc(64, 7))
  })

  it.each([
    [{ depth: 16 }, /16 bits/],
    [{ colour: 3 }, /palette/],
    [{ colour: 6 }, /transparency/],
    [{ extra: 'tRNS' }, /transparency/],
    [{ interlace: 1 }, /interlacing/],
  ])('refuses %o and says why', (fields, message) => {
    expect(() => pngData(png(fields))).toThrow(message)
    expect(() => pngData(png(fields))).toThrow(expect.objectContaining({ code: 'unsupported' }) as Error)
  })

  it('refuses other files and every truncation', () => {
    const whole = png({})
    expect(() => pngData(Buffer.from('no picture'))).toThrow(/Expected a PNG/)
    for (let length = 0; length < whole.length - 4; length++) {
      expect(() => pngData(whole.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'unreadable-file' }) as Error,
      )
    }
  })
})
