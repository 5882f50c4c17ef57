import { HalftoneError } from '../../errors'
import { stringAttribute } from '../attributes'
import { rule } from './rule'

/** The updates take over the gradient of the places that they were written to; with reduction add both get it. */
export const ScatterND = rule((context, g) => {
  const reduction = stringAttribute(context.node, 'reduction', 'none')
  if (reduction !== 'none' && reduction !== 'add') {
    throw new HalftoneError('not-differentiable', `there is no gradient for reduction ${reduction}.`)
  }
  const indices = context.must(1)
  const kept = (): string => {
    if (reduction === 'add') return g
    return context.add('ScatterND', [g, indices, context.zerosLike(context.must(2))])
  }
  return [
    context.needs(0) ? kept() : null,
    null,
    context.needs(2) ? context.add('GatherND', [g, indices]) : null,
  ]
})
