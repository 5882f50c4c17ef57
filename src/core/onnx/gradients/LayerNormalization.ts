import { HalftoneError } from '../../errors'
import { floatAttribute, intAttribute } from '../attributes'
import { normalised } from './normalised'
import type { GradientRule } from './rule'

/** y = x^ * scale + bias, with x^ normalised over every axis from `axis` on. */
export const LayerNormalization: GradientRule = {
  broadcasts: true,
  gradient: (context, [g, ...others]) => {
    if (typeof g !== 'string' || others.some((other) => typeof other === 'string')) {
      throw new HalftoneError('not-differentiable', 'there is no gradient for its mean and deviation.')
    }
    const { node } = context
    const rank = context.rank()
    const given = intAttribute(node, 'axis', -1)
    const first = given < 0 ? given + rank : given
    const axes = Array.from({ length: rank - first }, (_, i) => first + i)
    const unit = normalised(context, context.must(0), axes, floatAttribute(node, 'epsilon', 1e-5))
    return [
      context.needs(0) ? unit.back(context.add('Mul', [g, context.must(1)])) : null,
      context.needs(1) ? context.add('Mul', [g, unit.value]) : null,
      g,
    ]
  },
}
