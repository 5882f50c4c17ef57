import type { Seen } from '#core/capture/seenSheets'
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url'
import type { FromScanner, ToScanner } from './messages'

interface Hooks {
  readonly onSeen: (seen: Seen, took: number) => void
  readonly onFailed: (message: string) => void
}

/** How fast a mean over time forgets: the latest counts a tenth. */
const memory = 0.1

/**
 * Feeds a video's frames to the worker that reads codes. A frame that comes while the worker is busy is dropped, so that what
 * is drawn is never late by more than one reading.
 */
export class Scanner {
  readonly #worker: Worker
  readonly #hooks: Hooks
  readonly #stills = new Map<number, (picture: Blob | null) => void>()
  #video: HTMLVideoElement | undefined
  #callback = 0
  #ready = false
  #busy = false
  #next = 1
  #lastSeen = 0
  #interval = 0
  #took = 0

  constructor(hooks: Hooks) {
    this.#hooks = hooks
    this.#worker = new Worker(new URL('./scan.worker.ts', import.meta.url), { type: 'module' })
    this.#worker.addEventListener('message', ({ data }: MessageEvent<FromScanner>) => this.#hear(data))
    this.#worker.addEventListener('error', (event) => {
      hooks.onFailed(event.message || 'The code reader could not be started.')
    })
    this.#send({ kind: 'start', wasmUrl: new URL(wasmUrl, location.href).href })
  }

  /** Looks read a second, and what one takes in the worker, in ms: means over the last ones. */
  get pace(): { readonly rate: number; readonly took: number } {
    return { rate: this.#interval > 0 ? 1000 / this.#interval : 0, took: this.#took }
  }

  watch(video: HTMLVideoElement): void {
    this.unwatch()
    this.#video = video
    this.#ask()
  }

  unwatch(): void {
    this.#video?.cancelVideoFrameCallback(this.#callback)
    this.#video = undefined
    this.#lastSeen = 0
    this.#interval = 0
  }

  /** The frame that `onSeen` told of last, whole and as PNG; null when there is none. */
  still(): Promise<Blob | null> {
    const id = this.#next++
    return new Promise((resolve) => {
      this.#stills.set(id, resolve)
      this.#send({ kind: 'still', id })
    })
  }

  close(): void {
    this.unwatch()
    // It ends by itself once it has closed its last frame; a page that is left takes it along in any case.
    this.#send({ kind: 'stop' })
    for (const resolve of this.#stills.values()) resolve(null)
  }

  #ask(): void {
    const video = this.#video
    if (!video) return
    this.#callback = video.requestVideoFrameCallback(() => {
      this.#offer(video)
      this.#ask()
    })
  }

  #offer(video: HTMLVideoElement): void {
    if (!this.#ready || this.#busy || video.videoWidth === 0) return
    this.#busy = true
    const id = this.#next++
    if (typeof VideoFrame === 'undefined') {
      createImageBitmap(video).then(
        (frame) => this.#send({ kind: 'frame', id, frame }, [frame]),
        () => (this.#busy = false),
      )
      return
    }
    try {
      const frame = new VideoFrame(video)
      this.#send({ kind: 'frame', id, frame }, [frame])
    } catch {
      // Between two streams a video has no frame.
      this.#busy = false
    }
  }

  #hear(message: FromScanner): void {
    if (message.kind === 'ready') this.#ready = true
    else if (message.kind === 'still') {
      this.#stills.get(message.id)?.(message.picture)
      this.#stills.delete(message.id)
    } else if (message.kind === 'failed') {
      this.#busy = false
      this.#hooks.onFailed(message.message)
    } else {
      this.#busy = false
      if (!this.#video) return
      this.#time(message.took)
      this.#hooks.onSeen(message.seen, message.took)
    }
  }

  #time(took: number): void {
    const now = performance.now()
    const mix = (mean: number, value: number): number => (mean > 0 ? mean + memory * (value - mean) : value)
    this.#took = mix(this.#took, took)
    if (this.#lastSeen > 0) this.#interval = mix(this.#interval, now - this.#lastSeen)
    this.#lastSeen = now
  }

  #send(message: ToScanner, transfer: Transferable[] = []): void {
    this.#worker.postMessage(message, transfer)
  }
}
