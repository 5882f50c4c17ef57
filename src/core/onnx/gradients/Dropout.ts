import { HalftoneError } from '../../errors'
import { numbersOf } from '../elementTypes'
import { rule } from './rule'

/** Passes everything in inference. */
export const Dropout = rule((context, g) => {
  if (context.input(2) !== undefined) {
    const training = context.constant(2)
    if (!training || numbersOf(training)[0] !== 0) {
      throw new HalftoneError('not-differentiable', 'it is in training mode; save the model for inference.')
    }
  }
  return [g, ...context.node.inputs.slice(1).map(() => null)]
})
