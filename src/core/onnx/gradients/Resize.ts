import { HalftoneError } from '../../errors'
import { floatAttribute, intAttribute, intsAttribute, stringAttribute } from '../attributes'
import { makeTensor, numbersOf } from '../elementTypes'
import { transpose } from '../ops'
import { resizeWeights } from './resizeWeights'
import { rule } from './rule'
import type { RuleContext } from './rule'

/** Resizing multiplies each axis with a matrix of weights; back, with its transpose. Upsample is its older name. */
export const Resize = rule((context, g) => {
  const scales = scalesOf(context) ?? aspectScales(context)
  const back = context.fact(0).shape.reduce<string>((x, length, axis) => {
    const after = context.outputFact().shape[axis]
    const scale = scales?.[axis] ?? (scales || length === null ? 1 : context.outputLength(axis) / length)
    return scale === 1 && length === after ? x : axisBack(context, x, axis, scale)
  }, g)
  return [back, ...context.node.inputs.slice(1).map(() => null)]
})

/** One scale for each axis, undefined where the node gives sizes. */
function scalesOf(context: RuleContext): readonly number[] | undefined {
  const { builder, node } = context
  const place = node.op === 'Upsample' || builder.opset < 11 ? 1 : 2
  const attribute = node.attributes['scales']
  if (attribute?.kind === 'floats') return attribute.value
  if (context.input(place) === undefined) return undefined
  const constant = context.constant(place)
  if (!constant) throw new HalftoneError('not-differentiable', 'its scales are computed, not constant.')
  const scales = numbersOf(constant)
  if (scales.length === 0) return undefined
  if (!intsAttribute(node, 'axes')) return scales
  const all = Array.from({ length: context.rank() }, () => 1)
  resizedAxes(context).forEach((axis, i) => (all[axis] = scales[i]!))
  return all
}

function resizedAxes(context: RuleContext): readonly number[] {
  const rank = context.rank()
  const axes = intsAttribute(context.node, 'axes') ?? Array.from({ length: rank }, (_, axis) => axis)
  return axes.map((axis) => (axis < 0 ? axis + rank : axis))
}

/** Where sizes only bound the output: one scale for all axes that are resized, the least or the greatest that they ask for. */
function aspectScales(context: RuleContext): readonly number[] | undefined {
  const policy = stringAttribute(context.node, 'keep_aspect_ratio_policy', 'stretch')
  if (policy === 'stretch') return undefined
  const sizes = context.constant(3)
  if (!sizes) throw new HalftoneError('not-differentiable', 'its sizes are computed, not constant.')
  const lengths = numbersOf(sizes)
  const axes = resizedAxes(context)
  const asked = axes.map((axis, i) => lengths[i]! / context.length(0, axis))
  const scale = policy === 'not_larger' ? Math.min(...asked) : Math.max(...asked)
  return Array.from({ length: context.rank() }, (_, axis) => (axes.includes(axis) ? scale : 1))
}

function axisBack(context: RuleContext, g: string, axis: number, scale: number): string {
  const { node, builder } = context
  const [inside, outside] = [context.length(0, axis), context.outputLength(axis)]
  const old = builder.opset < 11
  const weights = resizeWeights({
    inside,
    outside,
    scale,
    mode: stringAttribute(node, 'mode', 'nearest'),
    coordinates: old ? 'asymmetric' : stringAttribute(node, 'coordinate_transformation_mode', 'half_pixel'),
    nearest: old ? 'floor' : stringAttribute(node, 'nearest_mode', 'round_prefer_floor'),
    cubic: floatAttribute(node, 'cubic_coeff_a', -0.75),
    excludeOutside: intAttribute(node, 'exclude_outside', 0) !== 0,
    antialias: intAttribute(node, 'antialias', 0) !== 0,
  })
  const matrix = builder.initializer(
    context.fact(0).type === 'double'
      ? makeTensor('double', [outside, inside], weights)
      : makeTensor('float', [outside, inside], Float32Array.from(weights)),
    'resize',
  )
  const rank = context.rank()
  if (axis === rank - 1) return context.add('MatMul', [g, matrix])
  if (axis === rank - 2) return context.add('MatMul', [transpose(builder, matrix, [1, 0]), g])
  const swapped = Array.from({ length: rank }, (_, i) => i)
  ;[swapped[axis], swapped[rank - 1]] = [rank - 1, axis]
  const product = context.add('MatMul', [transpose(builder, g, swapped), matrix])
  return transpose(builder, product, swapped)
}
