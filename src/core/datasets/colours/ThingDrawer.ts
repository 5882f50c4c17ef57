import type { Random } from '#core/tensor/Random'
import { defocus } from '../scene/blur'
import { Canvas } from '../scene/Canvas'
import { develop, randomDevelopment } from '../scene/develop'
import { applyLight } from '../scene/light'
import type { PictureDrawer } from '../DrawnSet'
import { drawGround, groundKinds } from './grounds'
import type { Part } from './Thing'
import { things } from './things'

/** Side of a picture in pixels, as in CIFAR-10. */
export const thingSize = 32

/** Draws things in their surroundings, and keeps its buffers between pictures. */
export class ThingDrawer implements PictureDrawer {
  readonly #canvas = new Canvas(thingSize)
  readonly #mask = new Float32Array(thingSize * thingSize)

  draw(random: Random, label: number, out: Uint8Array, offset: number): void {
    const thing = things[label]!
    const canvas = this.#canvas
    const place = random.fork('place')
    const ground = place.chance(0.34) ? place.pick(groundKinds) : place.pick(thing.grounds)
    drawGround(canvas, ground, random.fork('ground'))
    const pose = randomPose(place, thing.turn)
    const shade = shading(random.fork('shade'))
    for (const part of thing.draw(random.fork('thing'))) this.#paint(part, pose, shade)
    applyLight(canvas, random.fork('light'))
    const camera = random.fork('camera')
    defocus(canvas, camera.uniform(0, 0.65))
    develop(canvas, randomDevelopment(camera, Math.exp(camera.normal(0, 0.25))), camera, out, offset)
  }

  /** Lays one part over the canvas: its two colours by its pattern, lighter towards the light. */
  #paint({ contours, surface }: Part, pose: Pose, shade: (u: number, v: number) => number): void {
    const { pixels, rasterizer } = this.#canvas
    const mask = this.#mask.fill(0)
    rasterizer.cover(
      mask,
      contours.map((contour) => seen(contour, pose)),
    )
    const plane = mask.length
    const { first, second, pattern } = surface
    const { a, b, c, d } = inverse(pose)
    for (let i = 0; i < plane; i++) {
      const cover = mask[i]!
      if (cover < 1e-3) continue
      const x = (i % thingSize) + 0.5 - pose.x
      const y = Math.floor(i / thingSize) + 0.5 - pose.y
      const [u, v] = [a * x + b * y, c * x + d * y]
      const t = pattern(u, v)
      const gain = shade(u, v)
      for (let channel = 0; channel < 3; channel++) {
        const at = channel * plane + i
        const colour = gain * (first[channel]! + (second[channel]! - first[channel]!) * t)
        pixels[at]! += (colour - pixels[at]!) * cover
      }
    }
  }
}

/** Where a thing stands: a linear map of its coordinates to pixels, and its centre. */
interface Pose {
  readonly x: number
  readonly y: number
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
}

function randomPose(random: Random, most: number): Pose {
  const half = random.uniform(8.5, 14)
  const turn = Math.max(-most, Math.min(most, random.normal(0, most / 1.8)))
  const wide = Math.exp(random.normal(0, 0.1))
  const shear = random.normal(0, 0.1)
  const side = random.chance(0.5) ? 1 : -1
  const [cosine, sine] = [Math.cos(turn) * half, Math.sin(turn) * half]
  const room = Math.max(0, thingSize / 2 - half) + 2
  return {
    x: thingSize / 2 + random.uniform(-room, room),
    y: thingSize / 2 + random.uniform(-room, room),
    a: side * wide * cosine,
    b: shear * cosine - sine,
    c: side * wide * sine,
    d: shear * sine + cosine,
  }
}

function seen(contour: readonly number[], { x, y, a, b, c, d }: Pose): number[] {
  const out: number[] = []
  for (let i = 0; i < contour.length; i += 2) {
    const [u, v] = [contour[i]!, contour[i + 1]!]
    out.push(x + a * u + b * v, y + c * u + d * v)
  }
  return out
}

function inverse({ a, b, c, d }: Pose): Pick<Pose, 'a' | 'b' | 'c' | 'd'> {
  const scale = 1 / (a * d - b * c)
  return { a: d * scale, b: -b * scale, c: -c * scale, d: a * scale }
}

/** Light from above or from a side, so that flat parts look round. */
function shading(random: Random): (u: number, v: number) => number {
  const turn = random.normal(-Math.PI / 2, 0.7)
  const depth = random.uniform(0, 0.45)
  const [x, y] = [Math.cos(turn) * depth, Math.sin(turn) * depth]
  const gain = random.uniform(0.8, 1.1)
  return (u, v) => Math.max(0.15, gain * (1 + x * u + y * v))
}
