import { readFileSync, writeFileSync } from 'node:fs'

/** Where a window was and how large. Lengths in pixels of the screen. */
export interface WindowState {
  readonly x?: number
  readonly y?: number
  readonly width: number
  readonly height: number
  readonly maximized: boolean
}

export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const firstState: WindowState = { width: 1360, height: 900, maximized: false }

/** The window must show at least this much of itself, or it cannot be taken hold of. */
const visible = 64

/** The stored state, if it can be used on the screens there are now; otherwise the first. */
export function usableState(stored: unknown, screens: readonly Area[]): WindowState {
  if (typeof stored !== 'object' || stored === null) return firstState
  const { x, y, width, height, maximized } = stored as Record<string, unknown>
  if (!isLength(width) || !isLength(height)) return firstState
  const size = { width, height, maximized: maximized === true }
  if (typeof x !== 'number' || typeof y !== 'number') return size
  const seen = screens.some(
    (screen) =>
      x < screen.x + screen.width - visible &&
      x + width > screen.x + visible &&
      y >= screen.y &&
      y < screen.y + screen.height - visible,
  )
  return seen ? { x, y, ...size } : size
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && value >= 300 && value <= 20_000
}

/** Undefined when there is none, or none that can be read. */
export function readState(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  } catch {
    return undefined
  }
}

/** A state that cannot be kept is no reason to trouble anyone. */
export function writeState(file: string, state: WindowState): void {
  try {
    writeFileSync(file, JSON.stringify(state))
  } catch {
    // The window opens at its first size next time.
  }
}
