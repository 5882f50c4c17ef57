/** A short message at the window's edge, with something that can be done about it. */
export interface Toast {
  readonly id: number
  readonly text: string
  readonly kind: 'info' | 'bad'
  readonly action: { readonly label: string; readonly run: () => void } | null
}

/** How long a message stays at least, in ms; one with an action stays longer, so that it can be reached. */
const stay = { plain: 5000, action: 12_000, bad: 12_000 }
/** A long message takes longer to read, in ms a character. */
const reading = 70

export class Toasts {
  #list = $state.raw<readonly Toast[]>([])
  #next = 1

  get list(): readonly Toast[] {
    return this.#list
  }

  show(text: string, action: Toast['action'] = null, kind: Toast['kind'] = 'info'): void {
    const id = this.#next++
    this.#list = [...this.#list.slice(-3), { id, text, kind, action }]
    const least = kind === 'bad' ? stay.bad : action ? stay.action : stay.plain
    setTimeout(() => this.dismiss(id), Math.max(least, reading * text.length))
  }

  /** For what went wrong where no page says it itself. */
  fail(error: unknown): void {
    this.show(error instanceof Error ? error.message : String(error), null, 'bad')
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id)
  }
}
