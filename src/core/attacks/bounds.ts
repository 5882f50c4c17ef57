import { pixelsPerImage, type ByteImages, type Images } from '#core/tensor/Images'
import type { Bound } from './Attack'

/**
 * Brings float images, in place, into the bound round the clean ones and into [0, 1].
 * The box comes last: it never leads out of a ball round an image that lies in the box.
 */
export function projectImages(images: Images, clean: Images, bound: Bound | undefined): void {
  const { data } = images
  const origin = clean.data
  const radius = (bound?.radius ?? 255) / 255
  if (!bound || bound.norm.id === 'linf') {
    // Fused: this runs at every step of every attack of the paper.
    for (let i = 0; i < data.length; i++) {
      const centre = origin[i]!
      const low = centre - radius
      const high = centre + radius
      let value = data[i]!
      if (value < low) value = low
      else if (value > high) value = high
      data[i] = value > 1 ? 1 : value > 0 ? value : 0
    }
    return
  }
  const size = pixelsPerImage(images)
  const delta = new Float32Array(size)
  for (let n = 0; n < images.count; n++) {
    const at = n * size
    for (let i = 0; i < size; i++) delta[i] = data[at + i]! - origin[at + i]!
    bound.norm.project(delta, bound.norm.id === 'l0' ? bound.radius : radius)
    for (let i = 0; i < size; i++) data[at + i] = Math.min(Math.max(origin[at + i]! + delta[i]!, 0), 1)
  }
}

/**
 * Rounds to 8 bits so that the bound holds exactly for the whole numbers, 0..255, that come out.
 * Float error of the attack's steps and the rounding itself are both undone where they would lead out.
 */
export function roundImages(images: Images, clean: ByteImages, bound: Bound | undefined): ByteImages {
  const { data } = images
  const origin = clean.data
  const out = new Uint8Array(data.length)
  const radius = bound?.norm.id === 'linf' ? Math.floor(bound.radius + 1e-9) : 255
  for (let i = 0; i < out.length; i++) {
    const level = Math.round(data[i]! * 255)
    const low = Math.max(origin[i]! - radius, 0)
    const high = Math.min(origin[i]! + radius, 255)
    out[i] = level > high ? high : level > low ? level : low
  }
  if (bound && bound.norm.id !== 'linf') shrinkIntoBound(out, origin, pixelsPerImage(clean), bound)
  return { ...clean, data: out }
}

/** Rounding can push an L1 or L2 perturbation just over its radius: values are moved back by one level until it holds. */
function shrinkIntoBound(out: Uint8Array, origin: Uint8Array, size: number, bound: Bound): void {
  const delta = new Float32Array(size)
  for (let at = 0; at < out.length; at += size) {
    for (let i = 0; i < size; i++) delta[i] = out[at + i]! - origin[at + i]!
    if (bound.norm.id === 'l0') bound.norm.project(delta, bound.radius)
    else {
      // Smallest steps first: they carry the least of the perturbation.
      const order = Uint32Array.from(delta.keys()).sort(
        (a, b) => Math.abs(delta[a]!) - Math.abs(delta[b]!) || a - b,
      )
      let size = bound.norm.id === 'l1' ? bound.norm.measure(delta) : bound.norm.measure(delta) ** 2
      const limit = bound.norm.id === 'l1' ? bound.radius : bound.radius ** 2
      for (const index of order) {
        if (size <= limit) break
        const value = delta[index]!
        if (value === 0) continue
        size -= bound.norm.id === 'l1' ? 1 : 2 * Math.abs(value) - 1
        delta[index] = value - Math.sign(value)
      }
      // One level each was not enough, which takes a radius far below one level per value: scale and cut towards zero.
      if (size > limit) {
        bound.norm.project(delta, bound.radius)
        for (let i = 0; i < delta.length; i++) delta[i] = Math.trunc(delta[i]!)
      }
    }
    for (let i = 0; i < delta.length; i++) out[at + i] = origin[at + i]! + delta[i]!
  }
}
