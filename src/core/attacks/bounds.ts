import { pixelsPerImage, toBytes, toFloats, type ByteImages, type Images } from '#core/tensor/Images'
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
 * Rounds to 8 bits so that the bound holds exactly for the whole numbers, 0..255, that come out: float error of the
 * attack's steps and the rounding itself are both undone where they would lead out.
 */
export function roundImages(images: Images, clean: ByteImages, bound: Bound | undefined): ByteImages {
  if (bound && bound.norm.id !== 'linf') return roundIntoBall(images, clean, bound)
  const { data } = images
  const origin = clean.data
  const out = new Uint8Array(data.length)
  // A whole level is never lost to float error in a radius that was worked out, 8 - 1e-15 say.
  const radius = bound ? Math.floor(bound.radius + 1e-9) : 255
  for (let i = 0; i < out.length; i++) {
    const level = Math.round(data[i]! * 255)
    const low = Math.max(origin[i]! - radius, 0)
    const high = Math.min(origin[i]! + radius, 255)
    out[i] = level > high ? high : level > low ? level : low
  }
  return { ...clean, data: out }
}

/** L0, L1 and L2: projected, rounded, and what rounding put outside is moved back. */
function roundIntoBall(images: Images, clean: ByteImages, bound: Bound): ByteImages {
  const projected = { ...images, data: images.data.slice() }
  projectImages(projected, toFloats(clean), bound)
  const rounded = toBytes(projected)
  const size = pixelsPerImage(clean)
  const delta = new Float32Array(size)
  for (let at = 0; at < rounded.data.length; at += size) {
    for (let i = 0; i < size; i++) delta[i] = rounded.data[at + i]! - clean.data[at + i]!
    shrink(delta, bound)
    for (let i = 0; i < size; i++) rounded.data[at + i] = clean.data[at + i]! + delta[i]!
  }
  return rounded
}

/** Takes single levels from the smallest changes, which carry the least, until whole-numbered changes fit the bound. */
function shrink(delta: Float32Array, { norm, radius }: Bound): void {
  while (norm.measure(delta) > radius) {
    const order = Uint32Array.from(delta.keys())
      .filter((i) => delta[i] !== 0)
      .sort((a, b) => Math.abs(delta[a]!) - Math.abs(delta[b]!) || a - b)
    // Squares for L2, so that what one level takes away is known without measuring again.
    const square = norm.id === 'l2'
    let excess = square ? norm.measure(delta) ** 2 - radius ** 2 : norm.measure(delta) - radius
    for (const i of order) {
      if (excess <= 0) break
      const value = delta[i]!
      excess -= square ? 2 * Math.abs(value) - 1 : 1
      delta[i] = norm.id === 'l0' ? 0 : value - Math.sign(value)
    }
  }
}
