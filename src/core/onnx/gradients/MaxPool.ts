import { int, string } from '../attributes'
import { makeTensor } from '../elementTypes'
import { HalftoneError } from '../../errors'
import { reshape } from '../ops'
import { rule } from './rule'

/** Each window's gradient goes to the first of its largest elements. */
export const MaxPool = rule((context, g) => {
  if (context.builder.opset < 16)
    throw new HalftoneError('not-differentiable', 'operator set 16 or later is needed.')
  const { builder } = context
  const x = context.must(0)
  const [, indices] = builder.nodeWithOutputs('MaxPool', [x], 2, context.node.attributes, 'grad_MaxPool')
  const size = context.add('Size', [x])
  const zeros = context.add('ConstantOfShape', [reshape(builder, size, [1])], {
    value: {
      kind: 'tensor',
      value:
        context.fact(0).type === 'double'
          ? makeTensor('double', [1], new Float64Array(1))
          : makeTensor('float', [1], new Float32Array(1)),
    },
  })
  const flat = context.add(
    'ScatterElements',
    [zeros, reshape(builder, indices!, [-1]), reshape(builder, g, [-1])],
    { axis: int(0), reduction: string('add') },
  )
  return [context.reshapeLike(flat, 0)]
})
