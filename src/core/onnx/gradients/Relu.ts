import { positive } from './masks'
import { elementwise } from './rule'

/** g where the output is above zero; 0 at the kink. */
export const Relu = elementwise((context, g) => context.add('Mul', [g, positive(context, context.output())]))
