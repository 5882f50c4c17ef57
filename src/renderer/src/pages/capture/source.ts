import type { CaptureSource } from '#contract/experiment'

export const sources = ['camera', 'files', 'phone', 'simulator'] as const
/** Where photos come from. */
export type Source = (typeof sources)[number]

const key = 'halftone.capture-source'

/** A simulated experiment starts at the simulator; another at what was used last. */
export function recallSource(storage: Storage, kind: CaptureSource['kind']): Source {
  if (kind === 'simulator') return 'simulator'
  const stored = storage.getItem(key)
  return sources.find((source) => source === stored && source !== 'simulator') ?? 'camera'
}

export function rememberSource(storage: Storage, source: Source): void {
  storage.setItem(key, source)
}
