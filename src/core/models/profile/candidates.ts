import type { ModelProfile, ProfileInput } from '#contract/profile'
import { pixelMap } from './foldProfile'
import { profilePresets } from './presets'

/** The part of a profile that says what numbers the model gets. */
export type PixelProfile = Pick<ModelProfile, 'range' | 'mean' | 'std' | 'channelOrder'>

export interface ProfileCandidate {
  readonly title: string
  readonly pixels: PixelProfile
}

/**
 * What a model's preprocessing may be: the profile it has, first, and the known ways in both orders of the channels, each
 * kind of numbers once.
 */
export function profileCandidates(
  current: ModelProfile,
  channels: number,
): readonly [ProfileCandidate, ...ProfileCandidate[]] {
  const { range, mean, std, channelOrder } = current
  const own: ProfileCandidate = { title: 'the present profile', pixels: { range, mean, std, channelOrder } }
  const known = Object.values(profilePresets).flatMap(({ title, profile }): ProfileCandidate[] => {
    const pixels: PixelProfile = {
      range: '0..1',
      mean: [0],
      std: [1],
      channelOrder: 'RGB',
      ...chosen(profile),
    }
    if (pixels.mean.length > 1 && pixels.mean.length !== channels) return []
    if (channels !== 3) return [{ title, pixels }]
    const order = pixels.channelOrder === 'RGB' ? 'BGR' : 'RGB'
    const turned = {
      ...pixels,
      mean: pixels.mean.toReversed(),
      std: pixels.std.toReversed(),
      channelOrder: order,
    } as const
    return [
      { title, pixels },
      { title: `${title}; but ${order}`, pixels: turned },
    ]
  })
  const seen = new Set([keyOf(own.pixels, channels)])
  const others = known.filter(({ pixels }) => {
    const key = keyOf(pixels, channels)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
  return [own, ...others]
}

/** Presets are written as inputs; their optional fields are left out, never undefined. */
const chosen = ({ range, mean, std, channelOrder }: ProfileInput): Partial<PixelProfile> => ({
  ...(range && { range }),
  ...(mean && { mean }),
  ...(std && { std }),
  ...(channelOrder && { channelOrder }),
})

/** Equal for profiles that make the same numbers, however they are written. */
function keyOf(pixels: PixelProfile, channels: number): string {
  const { scale, shift } = pixelMap(pixels, channels)
  const order = channels === 3 ? pixels.channelOrder : ''
  return [order, ...[...scale, ...shift].map((value) => value.toPrecision(4))].join(' ')
}
