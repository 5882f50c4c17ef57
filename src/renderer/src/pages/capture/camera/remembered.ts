const key = 'halftone.camera'

/** What a person chose of the camera, kept for the next time. */
export interface CameraChoice {
  /** The browser's id; null for whichever it gives. */
  readonly device: string | null
  /** Height of the picture that is asked for. */
  readonly lines: number
  readonly muted: boolean
  /** Takes photos by itself. */
  readonly auto: boolean
  /** It was on when the page was left. */
  readonly on: boolean
}

export const unchosen: CameraChoice = { device: null, lines: 1080, muted: false, auto: true, on: false }

/** Sizes that cameras are asked for, by their lines. */
export const sizes = [
  { lines: 720, width: 1280, height: 720, label: '1280 x 720' },
  { lines: 1080, width: 1920, height: 1080, label: '1920 x 1080' },
  { lines: 1440, width: 2560, height: 1440, label: '2560 x 1440' },
  { lines: 2160, width: 3840, height: 2160, label: '3840 x 2160' },
] as const

export function recallCamera(storage: Storage): CameraChoice {
  try {
    const stored: unknown = JSON.parse(storage.getItem(key) ?? '{}')
    const { device, lines, muted, auto, on } = (stored ?? {}) as Partial<Record<keyof CameraChoice, unknown>>
    return {
      device: typeof device === 'string' ? device : unchosen.device,
      lines: sizes.find((size) => size.lines === lines)?.lines ?? unchosen.lines,
      muted: muted === true,
      auto: auto !== false,
      on: on === true,
    }
  } catch {
    // What somebody else wrote there is no reason to fail.
    return unchosen
  }
}

export function rememberCamera(storage: Storage, choice: CameraChoice): void {
  storage.setItem(key, JSON.stringify(choice))
}
