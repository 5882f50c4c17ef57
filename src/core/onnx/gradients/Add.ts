import { rule } from './rule'

export const Add = rule((_, g) => [g, g], { broadcasts: true })
