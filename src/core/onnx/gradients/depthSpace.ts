import { int, intAttribute, string, stringAttribute } from '../attributes'
import { reshape, transpose } from '../ops'
import { rule } from './rule'

export const SpaceToDepth = rule((context, g) => {
  const block = intAttribute(context.node, 'blocksize', 1)
  const columns = context.builder.opset >= 11 ? { mode: string('DCR') } : {}
  return [context.add('DepthToSpace', [g], { blocksize: int(block), ...columns })]
})

/** SpaceToDepth undoes mode DCR; CRD (PixelShuffle) keeps a block's elements next to each other among the channels. */
export const DepthToSpace = rule((context, g) => {
  const block = intAttribute(context.node, 'blocksize', 1)
  if (stringAttribute(context.node, 'mode', 'DCR') === 'DCR') {
    return [context.add('SpaceToDepth', [g], { blocksize: int(block) })]
  }
  const channels = context.length(0, 1) / block ** 2
  const [height, width] = [context.length(0, 2), context.length(0, 3)]
  const split = reshape(context.builder, g, [-1, channels, height, block, width, block])
  return [context.reshapeLike(transpose(context.builder, split, [0, 1, 3, 5, 2, 4]), 0)]
})
