import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { reduceMean, reduceSum } from '#core/onnx/ops'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { pixelsPerImage } from '#core/tensor/Images'
import type { Random } from '#core/tensor/Random'
import { dense } from './layers'
import type { NetSpec } from './NetSpec'

/** How sparse the units are to be: their mean activity, and the weight of its penalty. */
export interface Sparsity {
  readonly activity: number
  readonly weight: number
}

function encoder(b: GraphBuilder, { input }: NetSpec, units: number, random: Random) {
  const image = b.input('image', 'float', ['batch', input.channels, input.height, input.width])
  const pixels = b.node('Flatten', [image], {}, 'pixels')
  const hidden = dense(b, pixels, 'hidden1', pixelsPerImage(input), units, random.fork('hidden1'))
  return { pixels, code: b.node('Sigmoid', [hidden], {}, 'units1') }
}

/**
 * The loss of a sparse autoencoder as a graph with one output, a scalar: half the squared error of the rebuilt
 * pixels, summed over pixels and averaged over images, and weight * sum_j KL(activity || mean activity of unit j over the
 * batch) (Ng 2011, "Sparse autoencoder", CS294A lecture notes, section 3). Weight decay is added outside.
 */
export function autoencoderLoss(
  spec: NetSpec,
  units: number,
  { activity, weight }: Sparsity,
  random: Random,
): OnnxGraph {
  const b = new GraphBuilder()
  const { pixels, code } = encoder(b, spec, units, random)
  const size = pixelsPerImage(spec.input)
  const rebuilt = b.node('Sigmoid', [dense(b, code, 'decoder', units, size, random.fork('decoder'))])
  const difference = b.node('Sub', [rebuilt, pixels])
  const squares = reduceSum(b, b.node('Mul', [difference, difference]), [1], false)
  const error = b.node('Mul', [reduceMean(b, squares, [0], false), b.scalar(0.5)])

  // KL(a || m) = a log(a / m) + (1 - a) log((1 - a) / (1 - m)); a mean of exactly 0 or 1 would be infinite.
  const tiny = 1e-6
  const mean = b.node('Clip', [reduceMean(b, code, [0], false), b.scalar(tiny), b.scalar(1 - tiny)])
  const term = (share: number, of: string): string =>
    b.node('Mul', [b.node('Sub', [b.scalar(Math.log(share)), b.node('Log', [of])]), b.scalar(share)])
  const divergence = b.node('Add', [
    term(activity, mean),
    term(1 - activity, b.node('Sub', [b.scalar(1), mean])),
  ])
  const penalty = b.node('Mul', [reduceSum(b, divergence, [0], false), b.scalar(weight)])
  b.output(b.node('Add', [error, penalty], {}, 'total'))
  return b.build('autoencoder')
}

/** AE400-10 of Szegedy et al. 2014, table 1: a softmax classifier on the autoencoder's code, `units1`. */
export function autoencoderClassifier(spec: NetSpec, units: number, random: Random): OnnxGraph {
  const b = new GraphBuilder()
  const { code } = encoder(b, spec, units, random)
  const { classes } = spec
  b.output(dense(b, code, 'logits', units, classes, random.fork('logits')), 'float', ['batch', classes])
  return b.build(`ae${units}-${classes}`)
}
