import type { ModelProfile } from '#contract/profile'
import { pixelsPerImage, type Images } from '#core/tensor/Images'
import { pixelMap } from '../profile/foldProfile'

type Pixels = Pick<ModelProfile, 'layout' | 'range' | 'mean' | 'std' | 'channelOrder'>

/** The numbers that a model takes for pixels in [0,1], NCHW, in the order of its own axes. */
export function toModelPixels(images: Images, profile: Pixels): Float32Array {
  const values = new Float32Array(images.data.length)
  const { scale, shift } = pixelMap(profile, images.channels)
  eachPlane(images, profile, ({ channel, from, to, step, size }) => {
    const [gain, offset] = [scale[channel]!, shift[channel]!]
    for (let i = 0; i < size; i++) values[to + i * step] = images.data[from + i]! * gain + offset
  })
  return values
}

/**
 * The gradient by pixels in [0,1], NCHW, from that by the model's own numbers: the chain rule through
 * {@link toModelPixels}.
 * @param like the images' shape; their data are not looked at
 */
export function toPixelGradient(own: Float32Array, like: Images, profile: Pixels): Float32Array {
  const gradient = new Float32Array(own.length)
  const { scale } = pixelMap(profile, like.channels)
  eachPlane(like, profile, ({ channel, from, to, step, size }) => {
    const gain = scale[channel]!
    for (let i = 0; i < size; i++) gradient[from + i] = own[to + i * step]! * gain
  })
  return gradient
}

/** Where one colour of one image lies: `from` on in NCHW, `to` on by `step` in the model's own layout. */
interface Plane {
  /** The channel as the model counts it. */
  readonly channel: number
  readonly from: number
  readonly to: number
  readonly step: number
  readonly size: number
}

function eachPlane(
  images: Images,
  { layout, channelOrder }: Pick<Pixels, 'layout' | 'channelOrder'>,
  visit: (plane: Plane) => void,
): void {
  const { channels, count, height, width } = images
  const size = height * width
  const turned = channelOrder === 'BGR' && channels === 3
  for (let n = 0; n < count; n++) {
    const image = n * pixelsPerImage(images)
    for (let c = 0; c < channels; c++) {
      const channel = turned ? channels - 1 - c : c
      const own =
        layout === 'NHWC' ? { to: image + channel, step: channels } : { to: image + channel * size, step: 1 }
      visit({ channel, from: image + c * size, size, ...own })
    }
  }
}
