import { int } from '../attributes'
import { makeTensor } from '../elementTypes'
import { reshape } from '../ops'
import { toFloat } from './masks'
import { rule } from './rule'

/** The gradient of each channel goes to the first of its largest elements. */
export const GlobalMaxPool = rule((context, g) => {
  const { builder } = context
  const channels = context.length(0, 1)
  const places = context
    .fact(0)
    .shape.slice(2)
    .reduce<number>((product, _, i) => product * context.length(0, i + 2), 1)
  const range = BigInt64Array.from({ length: places }, (_, i) => BigInt(i))
  const flat = reshape(builder, context.must(0), [-1, channels, places])
  const first = context.add('ArgMax', [flat], { axis: int(2), keepdims: int(1) })
  const hot = context.add('Equal', [builder.initializer(makeTensor('int64', [1, 1, places], range)), first])
  const spread = context.add('Mul', [toFloat(context, hot), reshape(builder, g, [-1, channels, 1])])
  return [context.reshapeLike(spread, 0)]
})
