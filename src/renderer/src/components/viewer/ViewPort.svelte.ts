/** A point of a picture as shares of its width and height. */
export interface PicturePoint {
  readonly x: number
  readonly y: number
}

const greatestZoom = 64

/** Which part of a picture its panes show: the same in all of them. */
export class ViewPort {
  #zoom = $state.raw(1)
  #centre = $state.raw<PicturePoint>({ x: 0.5, y: 0.5 })

  /** 1 shows the whole picture, 4 a quarter of its width. */
  get zoom(): number {
    return this.#zoom
  }

  /** What of the picture stands in the middle of the pane. */
  get centre(): PicturePoint {
    return this.#centre
  }

  /** Left, top and width of the part that is shown, as shares of the picture. */
  get window(): { readonly left: number; readonly top: number; readonly side: number } {
    const side = 1 / this.#zoom
    return { left: this.#centre.x - side / 2, top: this.#centre.y - side / 2, side }
  }

  /** Zooms so that the point under `at`, in shares of the pane, stays where it is. */
  zoomBy(factor: number, at: PicturePoint = { x: 0.5, y: 0.5 }): void {
    const { left, top, side } = this.window
    const held = { x: left + at.x * side, y: top + at.y * side }
    const zoom = Math.min(greatestZoom, Math.max(1, this.#zoom * factor))
    this.#zoom = zoom
    this.#moveTo({ x: held.x + (0.5 - at.x) / zoom, y: held.y + (0.5 - at.y) / zoom })
  }

  /** Moves the picture with the hand, by shares of the pane. */
  dragBy(x: number, y: number): void {
    this.#moveTo({ x: this.#centre.x - x / this.#zoom, y: this.#centre.y - y / this.#zoom })
  }

  reset(): void {
    this.#zoom = 1
    this.#centre = { x: 0.5, y: 0.5 }
  }

  /** The pane is always full. */
  #moveTo({ x, y }: PicturePoint): void {
    const half = 0.5 / this.#zoom
    const within = (value: number): number => Math.min(1 - half, Math.max(half, value))
    this.#centre = { x: within(x), y: within(y) }
  }
}
