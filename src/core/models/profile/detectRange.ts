import type { ProfileRange, ProfileSource } from '#contract/profile'
import type { Front } from './frontOf'
import type { ImageInput } from './imageInput'

export interface FoundRange {
  readonly range: ProfileRange
  readonly source: ProfileSource
}

/**
 * The range of pixels that a graph is made for, by what it does to them first: nets learn from values of about unit size,
 * so a graph that divides by 255 wants 0..255, and one that takes 0.485 away wants 0..1. Null where it does nothing of
 * the sort, and where both would make sense.
 */
export function detectRange(front: Front, { element }: Pick<ImageInput, 'element'>): FoundRange | null {
  const detected = (range: ProfileRange, reason: string): FoundRange => ({
    range,
    source: { origin: 'detected', reason },
  })
  if (element === 'uint8') return detected('0..255', 'the input takes bytes')
  const byStatistics = front.statistics && rangeOfStatistics(front.statistics)
  if (byStatistics) {
    const { mean } = front.statistics
    return detected(
      byStatistics,
      `the graph begins with statistics of such pixels: mean ${mean.toPrecision(3)}`,
    )
  }
  if (front.ops.length === 0 || front.statistics) return null
  const fits = ([1, 255] as const).filter((white) => isNormal(front, white))
  if (fits.length !== 1) return null
  const words = `the graph begins with ${front.ops.join(', ')}: x becomes ${affineText(front)}`
  return detected(fits[0] === 1 ? '0..1' : '0..255', words)
}

/** Mean and variance of natural pictures: about 0.45 and 0.07 in 0..1, 115 and 4,500 in 0..255, -0.1 and 0.3 in -1..1. */
function rangeOfStatistics({ mean, variance }: NonNullable<Front['statistics']>): ProfileRange | null {
  if (mean > 0.1 && mean < 0.9 && variance > 0.005 && variance < 0.25) return '0..1'
  if (mean > 25 && mean < 230 && variance > 300 && variance < 16_000) return '0..255'
  return null
}

/** True when black to `white` becomes a stretch of about unit size round about zero, or bytes with Caffe's mean taken away. */
function isNormal({ scale, shift }: Front, white: number): boolean {
  const average = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const half = average(scale.map((value) => Math.abs(value) * white)) / 2
  const centre = average(scale.map((value, c) => shift[c]! + (value * white) / 2))
  if (half >= 0.25 && half <= 8 && Math.abs(centre) <= 4) return true
  return white === 255 && half > 100 && half < 130 && Math.abs(centre) < 45
}

function affineText({ scale, shift }: Front): string {
  const number = (value: number): string => Number(value.toPrecision(4)).toString()
  const all = (values: readonly number[]): string =>
    values.every((value) => value === values[0]) ? number(values[0]!) : `(${values.map(number).join(', ')})`
  return `${all(scale)} x + ${all(shift)}`
}
