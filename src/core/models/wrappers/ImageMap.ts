import type { Images } from '#core/tensor/Images'

/** Images after a map, and the way back for gradients. */
export interface Mapped {
  readonly images: Images
  /** From d loss / d the mapped images to d loss / d the given ones. */
  pull(cotangent: Images): Promise<Images>
}

/** A differentiable map of images in [0, 1] to images in [0, 1], image by image: a defense, a change of variable, a camera. */
export interface ImageMap {
  readonly id: string
  apply(images: Images): Promise<Mapped>
}

/** First `inner`, then `outer`. */
export function compose(outer: ImageMap, inner: ImageMap): ImageMap {
  return {
    id: `${outer.id}(${inner.id})`,
    async apply(images) {
      const first = await inner.apply(images)
      const second = await outer.apply(first.images)
      return {
        images: second.images,
        pull: async (cotangent) => first.pull(await second.pull(cotangent)),
      }
    },
  }
}

/**
 * Backward pass differentiable approximation: forward through one map, backward through another that resembles it and has a
 * useful slope (Athalye, Carlini and Wagner 2018, section 4.1). Without a substitute the way back is the identity, for
 * maps that give back nearly what they get.
 */
export function withBackward(map: Pick<ImageMap, 'id'> & Forward, substitute?: ImageMap): ImageMap {
  return {
    id: `bpda(${map.id}${substitute ? `, ${substitute.id}` : ''})`,
    async apply(images) {
      const mapped = await map.forward(images)
      const back = substitute && (await substitute.apply(images))
      return {
        images: mapped,
        pull: (cotangent) => (back ? back.pull(cotangent) : Promise.resolve(cotangent)),
      }
    },
  }
}

/** A map without a way back. */
export interface Forward {
  forward(images: Images): Promise<Images>
}
