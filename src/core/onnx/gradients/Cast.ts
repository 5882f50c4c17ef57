import { int } from '../attributes'
import { elementCodes } from '../elementTypes'
import { rule } from './rule'

/** Between floating types; what is cast to whole numbers carries no gradient, and the walker stops there. */
export const Cast = rule((context, g) => [
  context.add('Cast', [g], { to: int(elementCodes[context.fact(0).type]) }),
  ...context.node.inputs.slice(1).map(() => null),
])
