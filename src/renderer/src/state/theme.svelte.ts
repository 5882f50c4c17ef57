export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const key = 'halftone.theme'

/** Light or dark: as the system has it, or as the user chose for this window. */
export class ThemeChoice {
  #theme = $state.raw<Theme>('system')
  readonly #window: Window

  constructor(window: Window) {
    this.#window = window
    const stored = window.localStorage.getItem(key)
    this.#theme = themes.find((theme) => theme === stored) ?? 'system'
    this.#apply()
  }

  get theme(): Theme {
    return this.#theme
  }

  set theme(theme: Theme) {
    this.#theme = theme
    this.#window.localStorage.setItem(key, theme)
    this.#apply()
  }

  #apply(): void {
    const { dataset } = this.#window.document.documentElement
    if (this.#theme === 'system') delete dataset['theme']
    else dataset['theme'] = this.#theme
  }
}
