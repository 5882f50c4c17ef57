import type { ModelProfile, ProfileSource } from '#contract/profile'
import type { ImageSpec } from '#core/tensor/Images'

/** Pixels in [0,1] as they are: the profile of a model that does its own preprocessing, or needs none. */
export function plainProfile(
  { height, width }: Pick<ImageSpec, 'height' | 'width'>,
  source: ProfileSource = { origin: 'default', reason: 'pixels as they are' },
): ModelProfile {
  return {
    layout: 'NCHW',
    element: 'float',
    range: '0..1',
    mean: [0],
    std: [1],
    channelOrder: 'RGB',
    size: { height, width },
    resize: { fit: 'crop', shortSide: null },
    output: null,
    sources: {
      layout: source,
      element: source,
      range: source,
      mean: source,
      std: source,
      channelOrder: source,
      size: source,
      resize: source,
      output: source,
    },
  }
}
