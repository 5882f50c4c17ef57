import { HalftoneError } from '../../errors'
import { int, intAttribute, stringAttribute } from '../attributes'
import { rule } from './rule'

/** The updates take over the gradient of the places that they were written to; with reduction add both get it. */
export const ScatterElements = rule((context, g) => {
  const reduction = stringAttribute(context.node, 'reduction', 'none')
  if (reduction !== 'none' && reduction !== 'add') {
    throw new HalftoneError('not-differentiable', `there is no gradient for reduction ${reduction}.`)
  }
  const indices = context.must(1)
  const axis = int(intAttribute(context.node, 'axis', 0))
  const kept = (): string =>
    reduction === 'add'
      ? g
      : context.add('ScatterElements', [g, indices, context.zerosLike(context.must(2))], { axis })
  return [
    context.needs(0) ? kept() : null,
    null,
    context.needs(2) ? context.add('GatherElements', [g, indices], { axis }) : null,
  ]
})
