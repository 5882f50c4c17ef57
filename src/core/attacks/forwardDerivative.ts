import type { Loss } from '#core/models/DifferentiableModel'
import { pixelsPerImage, type Images, type Logits } from '#core/tensor/Images'
import type { Oracle } from './oracle'
import type { Gathering } from './rows'
import type { ForwardDerivative } from './saliencyMap'

/** Values of one run: 4 MB of pixels, so that the inner tensors of a large net fit in memory too. */
const runValues = 1 << 20

/** What the saliency map of the target is taken of: the class scores, or the probabilities that softmax makes of them. */
export type Outputs = 'logits' | 'probabilities'

export interface RowDerivative {
  readonly row: number
  readonly scores: Float32Array
  readonly derivative: ForwardDerivative
}

/** What a forward derivative is taken of. */
export interface Differentiated {
  readonly oracle: Oracle
  /** Of the whole batch. */
  readonly targets: readonly number[]
  readonly outputs: Outputs
  readonly classes: number
  readonly gathering: Gathering
}

/**
 * The forward derivative of some images of a batch, as far as saliency maps need it: the row of the target and the sum of the
 * other rows, by one cotangent each, never the whole Jacobian. For each image [features] values.
 *
 * Of the probabilities, d F_t / d x = F_t d log F_t / d x and the other rows sum to its negative, since all sum to zero. The
 * factor F_t is the same for all features, so it changes no choice, and it is left out: it would be zero in single precision
 * where the model is sure. So one cotangent, that of the cross-entropy, is enough.
 */
export async function* forwardDerivatives(
  { oracle, targets, outputs, classes, gathering }: Differentiated,
  images: Images,
  rows: readonly number[],
): AsyncGenerator<RowDerivative> {
  const perImage = outputs === 'logits' ? 2 : 1
  const size = pixelsPerImage(images)
  const together = Math.max(1, Math.floor(runValues / size / perImage))
  for (let start = 0; start < rows.length; start += together) {
    const part = rows.slice(start, start + together)
    const labels = part.map((row) => targets[row]!)
    const asked = part.flatMap((row) => new Array<number>(perImage).fill(row))
    const loss: Loss =
      outputs === 'logits'
        ? { kind: 'cotangent', cotangent: targetAndOthers(labels, classes) }
        : { kind: 'cross-entropy', labels }
    const { gradient, logits } = await oracle.gradient(gathering.copyOf(images, asked), loss, asked)
    for (const [i, row] of part.entries()) {
      const at = i * perImage
      const first = gradient.data.subarray(at * size, (at + 1) * size)
      yield {
        row,
        scores: scoresOf(logits, at),
        derivative:
          outputs === 'logits'
            ? { target: first, others: gradient.data.subarray((at + 1) * size, (at + 2) * size) }
            : { target: first.map((slope) => -slope), others: first },
      }
    }
  }
}

/** For each label two rows: 1 at the label, and 1 everywhere else. */
function targetAndOthers(labels: readonly number[], classes: number): Float32Array {
  const out = new Float32Array(2 * labels.length * classes)
  labels.forEach((label, n) => {
    const at = 2 * n * classes
    out[at + label] = 1
    out.fill(1, at + classes, at + 2 * classes)
    out[at + classes + label] = 0
  })
  return out
}

const scoresOf = ({ data, classes }: Logits, row: number): Float32Array =>
  data.subarray(row * classes, (row + 1) * classes)
