import { int, intAttribute, string } from '../attributes'
import { elementCodes, makeTensor } from '../elementTypes'
import { reduceSum } from '../ops'
import { rule } from './rule'
import type { RuleContext } from './rule'

/** What was taken from a place goes back to it and is summed there. */
export const GatherElements = rule((context, g) => {
  const rank = context.rank()
  const given = intAttribute(context.node, 'axis', 0)
  const axis = given < 0 ? given + rank : given
  if (context.builder.opset < 16) return [byComparison(context, g, axis), null]
  const zeros = context.zerosLike(context.must(0))
  return [
    context.add('ScatterElements', [zeros, context.must(1), g], {
      axis: int(axis),
      reduction: string('add'),
    }),
    null,
  ]
})

/**
 * Before operator set 16 nothing is summed while scattering: every index is compared with every place of the axis instead,
 * and the other axes, which may be shorter in the indices, are filled up with zeros.
 */
function byComparison(context: RuleContext, g: string, axis: number): string {
  const { builder } = context
  const rank = context.rank()
  const length = context.length(0, axis)
  const places = BigInt64Array.from({ length }, (_, i) => BigInt(i))
  const shape = Array.from({ length: rank + 1 }, (_, i) => (i === axis ? length : 1))
  const range = builder.initializer(makeTensor('int64', shape, places), 'places')
  const size = makeTensor('int64', [], BigInt64Array.of(BigInt(length)))
  const wholeIndices = context.add('Cast', [context.must(1)], { to: int(elementCodes.int64) })
  const negative = context.add('Less', [wholeIndices, builder.scalar(0, 'int64')])
  const moved = context.add('Add', [wholeIndices, builder.initializer(size)])
  const counted = context.add('Where', [negative, moved, wholeIndices])
  const spread = (x: string): string => context.add('Unsqueeze', [x, builder.ints([axis])])
  const hit = context.add('Cast', [context.add('Equal', [spread(counted), range])], {
    to: int(elementCodes[context.fact(0).type]),
  })
  const summed = reduceSum(builder, context.add('Mul', [hit, spread(g)]), [axis + 1], false)
  const cut = context.fact(1).shape.some((count, i) => i !== axis && count !== context.fact(0).shape[i])
  if (!cut) return summed
  const lengths = (name: string): string => context.add('Shape', [name])
  const missing = context.add('Sub', [lengths(context.must(0)), lengths(summed)])
  return context.add('Pad', [
    summed,
    context.add('Concat', [builder.ints(shape.slice(1).map(() => 0)), missing], { axis: int(0) }),
  ])
}
