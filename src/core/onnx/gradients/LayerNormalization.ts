import { HalftoneError } from '../../errors'
import { float, floatAttribute, int, intAttribute } from '../attributes'
import { reduceMean } from '../ops'
import { normalised, type Normalised } from './normalised'
import type { GradientRule, RuleContext } from './rule'

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
    const epsilon = floatAttribute(node, 'epsilon', 1e-5)
    const unit =
      layerNormalised(context, axes, epsilon) ?? normalised(context, context.must(0), axes, epsilon)
    return [
      context.needs(0) ? unit.back(context.add('Mul', [g, context.must(1)])) : null,
      context.needs(1) ? context.add('Mul', [g, unit.value]) : null,
      g,
    ]
  },
}

/**
 * x^ and 1 / deviation from the operator itself, in one pass over x in place of seven. Null for doubles, of which it gives the
 * deviation in 32 bits, and where the lengths of the normalised axes are not known.
 */
function layerNormalised(context: RuleContext, axes: readonly number[], epsilon: number): Normalised | null {
  const { builder } = context
  const { type, shape } = context.fact(0)
  const lengths = axes.map((axis) => shape[axis])
  if (type !== 'float' || !lengths.every((length) => typeof length === 'number')) return null
  const count = lengths.reduce((product, length) => product * length, 1)
  const ones = builder.floats(new Float32Array(count).fill(1), lengths, 'ones')
  const attributes = { axis: int(axes[0]!), epsilon: float(epsilon) }
  const inputs = [context.must(0), ones]
  const [value, , inverse] = builder.nodeWithOutputs('LayerNormalization', inputs, 3, attributes, 'grad_norm')
  const mean = (of: string): string => reduceMean(builder, of, axes, true)
  return {
    value: value!,
    back: (g) => {
      const along = context.add('Mul', [value!, mean(context.add('Mul', [g, value!]))])
      const across = context.add('Sub', [context.add('Sub', [g, mean(g)]), along])
      return context.add('Mul', [across, inverse!])
    },
  }
}
