/** Linear light of the 256 sRGB levels (IEC 61966-2-1). */
export function srgbToLinearTable(): Float64Array {
  return Float64Array.from({ length: 256 }, (_, level) => srgbToLinear(level / 255))
}

/** One sRGB value in [0, 1] as linear light. */
export function srgbToLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

/** Linear light in [0, 1] as an sRGB value in [0, 1]. */
export function linearToSrgb(light: number): number {
  if (light <= 0) return 0
  if (light >= 1) return 1
  return light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055
}
