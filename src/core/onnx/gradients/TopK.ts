import { int, intAttribute } from '../attributes'
import type { GradientRule } from './rule'

/** The values' gradient goes back to where they stood; the indices carry none. */
export const TopK: GradientRule = {
  gradient(context, [g]) {
    if (typeof g !== 'string') return [null, null]
    const op = context.builder.opset < 11 ? 'Scatter' : 'ScatterElements'
    const axis = int(intAttribute(context.node, 'axis', -1))
    const inputs = [context.zerosLike(context.must(0)), placesOf(context), g]
    return [context.add(op, inputs, { axis }), null]
  },
}

/** The indices, asked for again when the node does not give them. */
function placesOf(context: Parameters<GradientRule['gradient']>[0]): string {
  const given = context.node.outputs[1]
  if (given !== undefined && given !== '') return given
  const { builder, node } = context
  return builder.nodeWithOutputs('TopK', node.inputs, 2, node.attributes, 'grad_TopK')[1]!
}
