import { intsAttribute } from '../attributes'
import { transpose } from '../ops'
import { rule } from './rule'

export const Transpose = rule((context, g) => {
  const rank = context.rank()
  const perm = intsAttribute(context.node, 'perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i)
  const inverse = Array.from({ length: rank }, (_, axis) => perm.indexOf(axis))
  return [transpose(context.builder, g, inverse)]
})
