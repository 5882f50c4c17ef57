import { describe, expect, it } from 'vitest'
import type { ModelRef } from '#contract/experiment'
import { plainProfile } from '#core/models/profile/plainProfile'
import { raster } from '#core/tensor/Raster'
import { fitToModel } from '#node/lab/fitToModel'

const side = 16
/** Twice as wide as high: black, and white in the outer quarters. */
const picture = raster(
  64,
  32,
  1,
  Uint8Array.from({ length: 64 * 32 }, (_, i) => (i % 64 < 16 || i % 64 >= 48 ? 255 : 0)),
)

function model(resize: { fit: 'crop' | 'pad' | 'stretch'; shortSide: number | null }): ModelRef {
  const size = { height: side, width: side }
  return {
    name: 'net',
    path: null,
    labels: null,
    sha256: '',
    classes: [],
    input: { channels: 1, ...size },
    profile: { ...plainProfile(size), resize },
  }
}

/** The middle row of what the model gets. */
async function middle(ref: ModelRef, fit?: 'crop' | 'stretch'): Promise<number[]> {
  const { data } = await fitToModel(picture, ref, fit)
  // Sharp resizing overshoots at an edge by a few levels.
  const level = (value: number): number => (value < 64 ? 0 : value > 192 ? 255 : value)
  return [...data.subarray((side / 2) * side, (side / 2 + 1) * side)].map(level)
}

describe('bringing a picture to the size of a model', () => {
  it('is done as the profile says: cut, with bars, or stretched', async () => {
    expect(await middle(model({ fit: 'crop', shortSide: null }))).toEqual(Array<number>(side).fill(0))
    const stretched = await middle(model({ fit: 'stretch', shortSide: null }))
    expect([stretched[1], stretched[8], stretched[14]]).toEqual([255, 0, 255])
    const { data } = await fitToModel(picture, model({ fit: 'pad', shortSide: null }))
    expect([data[8], data.at(-8)]).toEqual([128, 128])
  })

  it("takes the middle of a larger picture where the profile's short side asks for it", async () => {
    // A white frame, an eighth of the side wide, that a short side of 4/3 the size cuts away.
    const framed = raster(
      48,
      48,
      1,
      Uint8Array.from({ length: 48 * 48 }, (_, i) => {
        const [x, y] = [i % 48, Math.floor(i / 48)]
        return x < 5 || y < 5 || x >= 43 || y >= 43 ? 255 : 0
      }),
    )
    const whole = await fitToModel(framed, model({ fit: 'crop', shortSide: null }))
    const inner = await fitToModel(framed, model({ fit: 'crop', shortSide: 22 }))
    expect(whole.data[0]).toBeGreaterThan(192)
    expect(Math.max(...inner.data)).toBeLessThan(64)
  })

  it('is done otherwise where that is asked for', async () => {
    const ref = model({ fit: 'crop', shortSide: null })
    expect((await middle(ref, 'stretch'))[1]).toBe(255)
  })
})
