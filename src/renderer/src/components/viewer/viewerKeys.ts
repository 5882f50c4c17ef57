/** What the keys of the image viewer do. */
export interface ViewerActions {
  readonly previous: () => void
  readonly next: () => void
  readonly zoom: (factor: number) => void
  /** By shares of a pane. */
  readonly move: (x: number, y: number) => void
  readonly reset: () => void
  /** Flicker compare on or off. */
  readonly flicker: () => void
  /** The other picture of the two, by hand. */
  readonly turn: () => void
}

/** Gives a key to its action; keys of a control that has the focus stay that control's. */
export function viewerKeys(event: KeyboardEvent, actions: ViewerActions): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const { target } = event
  const inControl = target instanceof HTMLInputElement || target instanceof HTMLSelectElement
  const onButton = target instanceof HTMLButtonElement
  const step = 0.1
  const keys: Readonly<Record<string, () => void>> = event.shiftKey
    ? {
        ArrowLeft: () => actions.move(step, 0),
        ArrowRight: () => actions.move(-step, 0),
        ArrowUp: () => actions.move(0, step),
        ArrowDown: () => actions.move(0, -step),
        '+': () => actions.zoom(2),
      }
    : {
        ArrowLeft: actions.previous,
        ArrowRight: actions.next,
        '+': () => actions.zoom(2),
        '=': () => actions.zoom(2),
        '-': () => actions.zoom(0.5),
        '0': actions.reset,
        f: actions.flicker,
        ' ': actions.turn,
      }
  const action = keys[event.key]
  if (!action) return
  if (inControl && (event.key.startsWith('Arrow') || event.key === ' ')) return
  if (onButton && event.key === ' ') return
  event.preventDefault()
  action()
}
