import type { Images, ImageSpec, Logits } from '#core/tensor/Images'
import type { Tensor } from '#core/tensor/Tensor'

/**
 * What an attack may differentiate. Closed and small: everything else is a cotangent.
 * Each image's loss depends on that image alone; the gradient is that of their sum.
 */
export type Loss =
  /** J(X, y) = -log softmax(z)_y, one label per image. */
  | { readonly kind: 'cross-entropy'; readonly labels: readonly number[] }
  /**
   * Carlini and Wagner 2017, f6 with confidence kappa. Targeted: max(max_{i != t} z_i - z_t, -kappa);
   * untargeted: max(z_y - max_{i != y} z_i, -kappa).
   */
  | {
      readonly kind: 'margin'
      readonly labels: readonly number[]
      readonly targeted: boolean
      readonly confidence: number
    }
  /** sum(cotangent * logits): a row of the Jacobian, or any mix of rows. Row-major [count, classes]. */
  | { readonly kind: 'cotangent'; readonly cotangent: Float32Array }

export interface GradientResult {
  /** One value per image. */
  readonly loss: Float32Array
  readonly logits: Logits
  /** d loss / d pixel, NCHW, for pixels in [0, 1] (divide by 255 for 8-bit units). */
  readonly gradient: Images
}

/**
 * A classifier of images in [0, 1], NCHW. Mean, standard deviation, layout and range live inside it, never in an attack.
 * Defenses, EOT and ensembles wrap a model and are models again.
 */
export interface DifferentiableModel extends AsyncDisposable {
  /** Content hash of the model file, or a name derived from what it wraps. */
  readonly id: string
  readonly input: ImageSpec
  readonly classes: readonly string[]
  /** How many images of the model underneath one image costs, where it is not one. */
  readonly cost?: number
  logits(images: Images): Promise<Logits>
  /**
   * Loss, logits and input gradient from one run of one graph.
   * @param into memory for the gradient, as long as the images': a model that can puts it there, which spares fresh memory
   */
  gradient(images: Images, loss: Loss, into?: Float32Array): Promise<GradientResult>
  /** The named inner tensor for these images; the first axis is the batch. */
  activations?(images: Images, layer: string): Promise<Tensor>
}
