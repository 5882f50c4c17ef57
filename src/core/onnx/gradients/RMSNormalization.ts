import { floatAttribute, intAttribute } from '../attributes'
import { reduceMean } from '../ops'
import { rule } from './rule'

/** y = x^ * scale, x^ = x / r, r = sqrt(mean(x x) + epsilon) over every axis from `axis` on: dx = (h - x^ mean(h x^)) / r, h = g * scale. */
export const RMSNormalization = rule(
  (context, g) => {
    const { builder, node } = context
    const rank = context.rank()
    const given = intAttribute(node, 'axis', -1)
    const first = given < 0 ? given + rank : given
    const axes = Array.from({ length: rank - first }, (_, i) => first + i)
    const mean = (of: string): string => reduceMean(builder, of, axes, true)
    const x = context.must(0)
    const square = mean(context.add('Mul', [x, x]))
    const epsilon = context.scalar(floatAttribute(node, 'epsilon', 1e-5))
    const root = context.add('Sqrt', [context.add('Add', [square, epsilon])])
    const unit = context.add('Div', [x, root])
    const back = (h: string): string => {
      const along = context.add('Mul', [unit, mean(context.add('Mul', [h, unit]))])
      return context.add('Div', [context.add('Sub', [h, along]), root])
    }
    return [
      context.needs(0) ? back(context.add('Mul', [g, context.must(1)])) : null,
      context.needs(1) ? context.add('Mul', [g, unit]) : null,
    ]
  },
  { broadcasts: true },
)
