/** One adjustable number or choice, described once: the form, the command line flag and the check all come from here. */
export type ParamSpec =
  | {
      readonly kind: 'number' | 'integer'
      readonly title: string
      readonly help: string
      readonly default: number
      readonly min: number
      readonly max: number
      readonly unit?: string
    }
  | { readonly kind: 'boolean'; readonly title: string; readonly help: string; readonly default: boolean }
  | {
      readonly kind: 'choice'
      readonly title: string
      readonly help: string
      readonly default: string
      readonly choices: readonly string[]
    }
