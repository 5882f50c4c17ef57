import type { DestructionRate } from './destructionRate'
import type { Share } from './share'

const percent = (value: number, digits: number): string => `${(value * 100).toFixed(digits)}%`

/** "33.3%", or "none of 24" for a destruction rate that no image could enter, or "none" for another empty share. */
export function formatRate(value: Share | DestructionRate): string {
  if (value.rate !== null) return percent(value.rate, 1)
  return 'images' in value ? `none of ${value.images}` : 'none'
}

/** "18-53%": the 95 % interval in whole percents, or an empty text where there is none. */
export function formatInterval(value: Share): string {
  if (value.low === null || value.high === null) return ''
  return `${Math.round(value.low * 100)}-${percent(value.high, 0)}`
}

/** "33.3% (8/24, 18-53%)". */
export function formatShare(value: Share | DestructionRate): string {
  const rate = formatRate(value)
  return value.rate === null ? rate : `${rate} (${value.count}/${value.of}, ${formatInterval(value)})`
}
