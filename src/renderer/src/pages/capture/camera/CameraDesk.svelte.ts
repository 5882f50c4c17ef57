import type { Seen } from '#core/capture/seenSheets'
import type { PhotoIntake } from '../photos/PhotoIntake.svelte'
import type { SheetBoard } from '../sheets/SheetBoard.svelte'
import { AutoShutter } from '../scan/AutoShutter'
import { aimWords, type AimWords } from '../scan/aimWords'
import { Scanner } from '../scan/Scanner'
import { SheetWatch, type Aim, type Sought } from '../scan/SheetWatch'
import type { Camera } from './Camera.svelte'
import { ShutterSound } from './ShutterSound'
import { takeLargerStill } from './takeStill'

interface Tools {
  readonly camera: Camera
  readonly intake: PhotoIntake
  readonly board: SheetBoard
  readonly sought: Sought
  readonly now: () => number
  readonly date: () => Date
}

/** What stands between the camera and the checklist: looks at frames, says what to do, and takes the photos. */
export class CameraDesk {
  #seen = $state.raw<Seen | null>(null)
  #aim = $state.raw<Aim>({ kind: 'nothing' })
  #pace = $state.raw({ rate: 0, took: 0 })
  #shots = $state.raw(0)
  #taking = $state.raw(false)
  #problem = $state.raw<string | null>(null)
  readonly #tools: Tools
  readonly #watch: SheetWatch
  readonly #shutter = new AutoShutter()
  readonly #sound = new ShutterSound()
  #scanner: Scanner | undefined
  #told = 0

  readonly words: AimWords = $derived.by(() => {
    const { board, sought, camera } = this.#tools
    const sheet = this.#aim.kind === 'sheet' ? this.#aim.sheet : 0
    return aimWords(this.#aim, sheet > 0 ? board.standing(sheet) : 'unknown', {
      code: sought.code,
      sheets: sought.sheets,
      auto: camera.choice.auto,
      complete: board.complete,
      givenUp: this.#shutter.hasGivenUp(sheet),
    })
  })

  constructor(tools: Tools) {
    this.#tools = tools
    this.#watch = new SheetWatch(tools.sought)
  }

  get seen(): Seen | null {
    return this.#seen
  }

  get aim(): Aim {
    return this.#aim
  }

  /** Looks a second and ms for one. */
  get pace(): { readonly rate: number; readonly took: number } {
    return this.#pace
  }

  /** Photos taken on this page, for the sign that one was. */
  get shots(): number {
    return this.#shots
  }

  get taking(): boolean {
    return this.#taking
  }

  /** Why codes are not looked for; null when all is well. */
  get problem(): string | null {
    return this.#problem
  }

  watch(video: HTMLVideoElement): void {
    this.#problem = null
    this.#scanner ??= new Scanner({
      onSeen: (seen) => this.#look(seen),
      onFailed: (message) => {
        this.#problem = message
      },
    })
    this.#scanner.watch(video)
  }

  unwatch(): void {
    this.#scanner?.unwatch()
    this.#seen = null
    this.#aim = { kind: 'nothing' }
  }

  close(): void {
    this.#scanner?.close()
    this.#scanner = undefined
    this.#sound.close()
  }

  /** Takes a photo of what is before the camera, whatever it is. */
  async shoot(): Promise<void> {
    const { camera, intake, now, date } = this.#tools
    const track = camera.stream?.getVideoTracks()[0]
    if (!track || !this.#scanner || this.#taking) return
    this.#taking = true
    try {
      const sheet = this.#aim.kind === 'sheet' ? this.#aim.sheet : null
      this.#shutter.shot(now())
      // The frame is asked for first: it is the very one that was just judged.
      const frame = this.#scanner.still()
      this.#shots++
      if (!camera.choice.muted) this.#sound.click()
      const video = camera.size ?? { width: 0, height: 0 }
      const picture = (await takeLargerStill(track, video)) ?? (await frame)
      if (!picture) return
      const stamp = date().toISOString().replace(/[-:]/g, '').slice(0, 15)
      const kind = picture.type === 'image/png' ? 'png' : 'jpg'
      const name = `${sheet === null ? 'photo' : `sheet-${String(sheet).padStart(3, '0')}`}-${stamp}.${kind}`
      intake.add([new File([picture], name, { type: picture.type })], 'camera', sheet)
    } finally {
      this.#taking = false
    }
  }

  /** What came of a photo of a sheet. */
  settled(sheet: number, read: boolean): void {
    if (read) {
      this.#shutter.forget(sheet)
      this.#tools.board.retake(sheet, false)
    } else this.#shutter.refused(sheet, this.#tools.now())
  }

  /** The sheet is wanted once more. */
  wanted(sheet: number): void {
    this.#shutter.forget(sheet)
  }

  #look(seen: Seen): void {
    const { board, camera, now } = this.#tools
    const aim = this.#watch.see(seen, now())
    this.#seen = seen
    this.#aim = aim
    if (this.#scanner && now() - this.#told > 500) {
      this.#told = now()
      this.#pace = this.#scanner.pace
    }
    if (!camera.choice.auto || this.#taking || aim.kind !== 'sheet') return
    if (this.#shutter.decide(aim, board.standing(aim.sheet), now())) void this.shoot()
  }
}
