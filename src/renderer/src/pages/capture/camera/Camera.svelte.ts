import { problemOf, type CameraProblem } from './problems'
import { recallCamera, rememberCamera, sizes, unchosen, type CameraChoice } from './remembered'

export type CameraState = 'off' | 'asking' | 'live' | 'problem'

export interface CameraDevice {
  readonly id: string
  readonly label: string
}

/** The parts of the browser that a camera needs; insecure pages have no `media`. */
export interface CameraBrowser {
  readonly media: MediaDevices | undefined
  readonly storage: Storage
  readonly permission: () => Promise<PermissionState | null>
}

/** One camera of this machine: asked for, watched, and given back. */
export class Camera {
  #state = $state.raw<CameraState>('off')
  #problem = $state.raw<CameraProblem | null>(null)
  #detail = $state.raw('')
  #stream = $state.raw<MediaStream | null>(null)
  #devices = $state.raw<readonly CameraDevice[]>([])
  #size = $state.raw<{ readonly width: number; readonly height: number } | null>(null)
  #choice = $state.raw<CameraChoice>(unchosen)
  readonly #browser: CameraBrowser
  /** Counts the asks: what a later one has overtaken is given back at once. */
  #ask = 0

  constructor(browser: CameraBrowser) {
    this.#browser = browser
    this.#choice = recallCamera(browser.storage)
    browser.media?.addEventListener('devicechange', this.#onDevices)
    if (!browser.media) this.#fail('insecure', '')
  }

  get state(): CameraState {
    return this.#state
  }

  get problem(): CameraProblem | null {
    return this.#problem
  }

  /** What the browser said of the problem. */
  get detail(): string {
    return this.#detail
  }

  get stream(): MediaStream | null {
    return this.#stream
  }

  /** Empty until the camera was allowed once. */
  get devices(): readonly CameraDevice[] {
    return this.#devices
  }

  /** What the camera gives, which may be less than what was asked for. */
  get size(): { readonly width: number; readonly height: number } | null {
    return this.#size
  }

  get choice(): CameraChoice {
    return this.#choice
  }

  /** Starts by itself when it was on before and the browser need not ask. */
  async resume(): Promise<void> {
    if (!this.#choice.on || !this.#browser.media || this.#state !== 'off') return
    if ((await this.#browser.permission()) === 'granted') await this.start()
  }

  async start(): Promise<void> {
    const { media } = this.#browser
    if (!media) return this.#fail('insecure', '')
    const ask = ++this.#ask
    this.#release()
    this.#state = 'asking'
    try {
      const stream = await openStream(media, this.#choice)
      if (ask !== this.#ask) return stopped(stream)
      await this.#take(stream)
    } catch (error) {
      if (ask !== this.#ask) return
      this.#fail(problemOf(error), error instanceof Error ? error.message : String(error))
    }
  }

  stop(): void {
    this.#ask++
    this.#release()
    this.#state = 'off'
    this.remember({ on: false })
  }

  /** Gives the camera back while something else is looked at. */
  pause(): void {
    if (this.#state === 'problem') return
    this.#ask++
    this.#release()
    this.#state = 'off'
  }

  /** Gives the camera back because the page goes; it comes back with the page. */
  close(): void {
    this.#ask++
    this.#release()
    this.#browser.media?.removeEventListener('devicechange', this.#onDevices)
  }

  /** Another device or size counts at once when the camera is on. */
  async choose(part: Partial<Pick<CameraChoice, 'device' | 'lines'>>): Promise<void> {
    this.remember(part)
    if (this.#state !== 'off') await this.start()
  }

  remember(part: Partial<CameraChoice>): void {
    this.#choice = { ...this.#choice, ...part }
    rememberCamera(this.#browser.storage, this.#choice)
  }

  async #take(stream: MediaStream): Promise<void> {
    const track = stream.getVideoTracks()[0]
    if (!track) return this.#fail('missing', '')
    this.#stream = stream
    this.#state = 'live'
    this.#problem = null
    const { width, height, deviceId } = track.getSettings()
    this.#size = width && height ? { width, height } : null
    this.remember({ on: true, device: deviceId ?? this.#choice.device })
    track.addEventListener('ended', () => {
      if (this.#stream !== stream) return
      this.#release()
      this.#fail('unplugged', '')
    })
    await this.#list()
  }

  readonly #onDevices = (): void => {
    void this.#list().then(() => {
      const waits = this.#problem === 'unplugged' || this.#problem === 'missing'
      const back = this.#devices.some(({ id }) => id === this.#choice.device)
      if (
        this.#state === 'problem' &&
        waits &&
        (back || this.#problem === 'missing') &&
        this.#devices.length > 0
      ) {
        void this.start()
      }
    })
  }

  async #list(): Promise<void> {
    const devices = await this.#browser.media?.enumerateDevices().catch(() => [])
    this.#devices = (devices ?? [])
      .filter(({ kind }) => kind === 'videoinput')
      .map(({ deviceId, label }, i) => ({ id: deviceId, label: label || `Camera ${i + 1}` }))
  }

  #release(): void {
    if (this.#stream) stopped(this.#stream)
    this.#stream = null
    this.#size = null
  }

  #fail(problem: CameraProblem, detail: string): void {
    this.#state = 'problem'
    this.#problem = problem
    this.#detail = detail
  }
}

/** The device that was chosen, or any when it is not there. */
async function openStream(media: MediaDevices, { device, lines }: CameraChoice): Promise<MediaStream> {
  const { width, height } = sizes.find((size) => size.lines === lines) ?? sizes[1]
  const size = { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30 } }
  if (device !== null) {
    try {
      return await media.getUserMedia({ video: { ...size, deviceId: { exact: device } }, audio: false })
    } catch (error) {
      const name = error instanceof Error ? error.name : ''
      if (name !== 'OverconstrainedError' && name !== 'NotFoundError') throw error
    }
  }
  return media.getUserMedia({ video: { ...size, facingMode: { ideal: 'environment' } }, audio: false })
}

function stopped(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
