import { HalftoneError } from '../../errors'
import { rule } from './rule'

/** a mod b = a - b * (a whole number): the slope towards a is 1 between its jumps. */
export const Mod = rule(
  (context, g) => {
    if (context.needs(1))
      throw new HalftoneError('not-differentiable', 'there is no gradient for its divisor.')
    return [g, null]
  },
  { broadcasts: true },
)
