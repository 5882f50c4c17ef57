import type { Output } from '#contract/commands'
import { keptDays } from '#contract/keeping'

/** A length of time for people: "12 s", "3 min", "1 h 20 min". @param ms milliseconds */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60)
    return seconds < 600 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** "22 November 2026, 21:40" in the reader's own way. @param iso ISO 8601 */
export function when(iso: string): string {
  const date = new Date(iso)
  return Number.isNaN(date.getTime())
    ? ''
    : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}

/** "2.9 MB" */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit++
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** What was removed for good, and why; null when nothing was. */
export function tidiedText({ experiments, uploads, bytes }: Output<'tidy'>): string | null {
  const named = experiments.slice(0, 3).map((name) => `“${name}”`)
  const more = experiments.length - named.length
  const parts = [
    ...(experiments.length > 0
      ? [`${named.join(', ')}${more > 0 ? ` and ${more} more` : ''} from the trash`]
      : []),
    ...(uploads > 0 ? [`${uploads} ${uploads === 1 ? 'upload' : 'uploads'} that nothing uses`] : []),
  ]
  if (parts.length === 0) return null
  return `Removed for good, after ${keptDays} days: ${parts.join('; ')} (${size(bytes)}).`
}
