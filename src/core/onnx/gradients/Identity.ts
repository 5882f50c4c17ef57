import { elementwise } from './rule'

export const Identity = elementwise((_, g) => g)
