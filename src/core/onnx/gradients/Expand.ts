import { rule } from './rule'

/** Summed over what was spread, by the walker. */
export const Expand = rule((_, g) => [g, null], { broadcasts: true })
