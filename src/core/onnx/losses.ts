import { int } from './attributes'
import { elementCodes, makeTensor } from './elementTypes'
import type { GraphBuilder } from './GraphBuilder'
import { reduceMax, reduceSum, reshape } from './ops'

/** A loss written on the logits: its value for each image, [n], and d loss / d logits, [n, classes]. */
export interface LossNodes {
  readonly loss: string
  readonly cotangent: string
}

/**
 * 1 at each image's label and 0 elsewhere, float [n, classes].
 * @param labels int64 [n] or [n, 1]
 */
export function oneHot(builder: GraphBuilder, labels: string, classes: number): string {
  const range = BigInt64Array.from({ length: classes }, (_, i) => BigInt(i))
  const column = reshape(builder, labels, [-1, 1])
  const equal = builder.node('Equal', [column, builder.initializer(makeTensor('int64', [1, classes], range))])
  return builder.node('Cast', [equal], { to: int(elementCodes.float) }, 'one_hot')
}

/**
 * J = -sum_k t_k log softmax(z)_k, through LogSoftmax, so that large logits do not overflow.
 *
 * The cotangent p_k sum_j(t_j) - t_k is written as p_k (sum_j(t_j) - t_k) - t_k sum_{j != k}(p_j), with the last sum taken
 * over the other classes themselves: 1 - p_k is exactly 0 in float32 once the others hold less than 6e-8, and attacks that
 * follow the sign of what is left would then climb the wrong way on the images that the model is surest of.
 * @param logits float [n, classes]
 * @param targets float [n, classes]: one-hot rows ({@link oneHot}), or any weights (label smoothing, mixed images)
 */
export function crossEntropy(
  builder: GraphBuilder,
  logits: string,
  targets: string,
  classes: number,
): LossNodes {
  const one = builder.scalar(1)
  const log = builder.node('LogSoftmax', [logits], { axis: int(1) }, 'log_softmax')
  const p = builder.node('Exp', [log])
  const picked = reduceSum(builder, builder.node('Mul', [log, targets]), [1], false)
  const mass = reduceSum(builder, targets, [1], true)
  const top = oneHot(builder, builder.node('ArgMax', [logits], { axis: int(1), keepdims: int(1) }), classes)
  const besideTop = reduceSum(builder, builder.node('Mul', [p, builder.node('Sub', [one, top])]), [1], true)
  const rounded = builder.node('Sub', [one, p])
  const correction = builder.node('Mul', [top, builder.node('Sub', [besideTop, rounded])])
  const others = builder.node('Add', [rounded, correction])
  const gain = builder.node('Mul', [p, builder.node('Sub', [mass, targets])])
  return {
    loss: builder.node('Neg', [picked], {}, 'cross_entropy'),
    cotangent: builder.node('Sub', [gain, builder.node('Mul', [targets, others])], {}, 'cotangent'),
  }
}

/**
 * Carlini and Wagner 2017, f6 with confidence kappa: max(d, -kappa), where d = max_{i != t} z_i - z_t for a target t, and
 * d = z_y - max_{i != y} z_i away from a label y. Where the bound holds, the gradient is zero.
 * @param logits float [n, classes]
 * @param hot float [n, classes], one-hot rows of the labels or targets
 * @param confidence float scalar, kappa
 */
export function margin(
  builder: GraphBuilder,
  logits: string,
  hot: string,
  confidence: string,
  options: { readonly classes: number; readonly targeted: boolean },
): LossNodes {
  const { classes, targeted } = options
  const far = builder.node('Mul', [hot, builder.scalar(1e30)])
  const others = builder.node('Sub', [logits, far])
  const rival = reduceMax(builder, others, [1], true)
  const rivalHot = oneHot(
    builder,
    builder.node('ArgMax', [others], { axis: int(1), keepdims: int(1) }),
    classes,
  )
  const own = reduceSum(builder, builder.node('Mul', [logits, hot]), [1], true)
  const [up, down] = targeted ? [rival, own] : [own, rival]
  const [upHot, downHot] = targeted ? [rivalHot, hot] : [hot, rivalHot]
  const difference = builder.node('Sub', [up, down])
  const floor = builder.node('Neg', [confidence])
  const free = builder.node('Cast', [builder.node('Greater', [difference, floor])], {
    to: int(elementCodes.float),
  })
  const bounded = builder.node('Max', [difference, floor])
  return {
    loss: reshape(builder, bounded, [-1]),
    cotangent: builder.node('Mul', [builder.node('Sub', [upHot, downHot]), free], {}, 'cotangent'),
  }
}
