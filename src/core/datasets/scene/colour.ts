import type { Random } from '#core/tensor/Random'
import type { Colour } from '../vector/Rasterizer'

/** sRGB's transfer curve (IEC 61966-2-1), encoded to linear. */
export function linear(encoded: number): number {
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4
}

export function linearColour(r: number, g: number, b: number): Colour {
  return [linear(r), linear(g), linear(b)]
}

/** A linear colour from hue in turns, saturation and value, all of the encoded colour. */
export function fromHsv(hue: number, saturation: number, value: number): Colour {
  const part = (n: number): number => {
    const k = (n + 6 * (hue - Math.floor(hue))) % 6
    return value * (1 - saturation * Math.max(0, Math.min(k, 4 - k, 1)))
  }
  return linearColour(part(5), part(3), part(1))
}

export function mixed(a: Colour, b: Colour, t: number): Colour {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

export function scaled(colour: Colour, gain: number): Colour {
  return [colour[0] * gain, colour[1] * gain, colour[2] * gain]
}

/** Any colour, mostly muted, as walls, cars and clothes are. */
export function anyColour(random: Random): Colour {
  return fromHsv(random.uniform(), random.uniform() ** 1.5 * 0.9, random.uniform(0.12, 0.95))
}
