import { rule } from './rule'
import type { GradientRule } from './rule'
import { below, above } from './masks'

/** Max and Min of any number of inputs: the gradient goes to the first of those that are the result. */
function extremum(loses: typeof above): GradientRule {
  return rule(
    (context, g) => {
      let left = g
      return context.node.inputs.map((input, place) => {
        const out = context.add('Mul', [left, loses(context, input, context.output())])
        const share = context.needs(place) ? context.add('Sub', [left, out]) : null
        left = out
        return share
      })
    },
    { broadcasts: true },
  )
}

export const Max = extremum(below)
export const Min = extremum(above)
