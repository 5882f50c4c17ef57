import { toBytes, toFloats, type ByteImages } from '#core/tensor/Images'
import { withBackward, type ImageMap } from '../ImageMap'

/** A map of 8-bit images with the identity for its way back: for JPEG, quantisation and the like, which give back nearly what they get. */
export function straightThrough(id: string, forward: (images: ByteImages) => Promise<ByteImages>): ImageMap {
  return withBackward({ id, forward: async (images) => toFloats(await forward(toBytes(images))) })
}
