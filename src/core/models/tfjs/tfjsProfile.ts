import type { ModelProfile, ProfileInput } from '#contract/profile'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { detectProfile } from '../profile/detectProfile'
import type { ProfileHint } from '../profile/profileHints'
import { leavesOf, type LayerJson } from './tfjsTopology'

/** The input of a TensorFlow.js model: four axes with the batch first; null for a length that is left open. */
export interface TfjsInput {
  readonly name: string
  readonly shape: readonly (number | null)[]
}

/** A multiplication and an addition at the very front of a model. */
export interface Affine {
  readonly scale: number
  readonly shift: number
}

/** What Keras models say themselves of the numbers they take: the Rescaling layers before anything else. */
export function rescalingOf(model: LayerJson): readonly Affine[] {
  const found: Affine[] = []
  for (const { class_name: kind, config } of leavesOf(model)) {
    if (['InputLayer', 'Resizing', 'CenterCrop'].includes(kind)) continue
    if (kind !== 'Rescaling' || Array.isArray(config)) break
    const { scale, offset = 0 } = config
    if (typeof scale !== 'number' || typeof offset !== 'number') break
    found.push({ scale, shift: offset })
  }
  return found
}

const tensorFlowOrder: ProfileHint = {
  values: { layout: 'NHWC' },
  reason: "TensorFlow's usual order of axes",
  origin: 'default',
}

/**
 * How a TensorFlow.js model's input is made from [0,1] pixels. What is found at its front is written down as the few nodes of
 * a graph, so that all that is known of profiles is said once, for ONNX.
 * @throws HalftoneError as {@link detectProfile}
 */
export function tfjsProfile(
  { name, shape }: TfjsInput,
  front: readonly Affine[],
  given: ProfileInput = {},
  hints: readonly ProfileHint[] = [],
): { readonly profile: ModelProfile; readonly channels: number; readonly batch: 'free' | number } {
  const builder = new GraphBuilder()
  const [batch, ...rest] = shape
  let x = builder.input(name, 'float', [batch ?? 'n', ...rest.map((length, i) => length ?? `axis_${i + 1}`)])
  for (const { scale, shift } of front) {
    x = builder.node('Mul', [x, builder.scalar(scale)])
    x = builder.node('Add', [x, builder.scalar(shift)])
  }
  const { input, profile } = detectProfile(builder.build(), given, [...hints, tensorFlowOrder])
  return { profile, channels: input.channels, batch: typeof input.batch === 'number' ? input.batch : 'free' }
}
