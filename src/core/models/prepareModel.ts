import type { ModelProfile, ProfileInput } from '#contract/profile'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { readModel } from '#core/onnx/readModel'
import type { ExternalData } from '#core/onnx/readTensor'
import { otherFloats, toFloat32, type OtherFloat } from '#core/onnx/toFloat32'
import type { ImageSpec } from '#core/tensor/Images'
import { detectProfile } from './profile/detectProfile'
import { foldProfile } from './profile/foldProfile'
import type { ImageInput } from './profile/imageInput'
import type { ProfileHint } from './profile/profileHints'

export interface PreparedModel {
  /** Takes float pixels in [0,1], [n, channels, height, width], and computes in 32-bit floats. */
  readonly graph: OnnxGraph
  readonly inputName: string
  readonly spec: ImageSpec
  /** The input as the model's file has it. */
  readonly fileInput: ImageInput
  readonly profile: ModelProfile
  readonly notes: readonly string[]
}

export interface PrepareOptions {
  readonly profile?: ProfileInput | undefined
  readonly hints?: readonly ProfileHint[] | undefined
  readonly external?: ExternalData | undefined
}

/**
 * Reads a model file and puts its preprocessing in front.
 * @throws HalftoneError as {@link readModel} and {@link detectProfile}
 */
export function prepareModel(bytes: Uint8Array, options: PrepareOptions = {}): PreparedModel {
  const { external } = options
  const file = readModel(bytes, external)
  const detected = detectProfile(file, options.profile, options.hints)
  const narrow = narrowTypes(file, detected.input)
  const plain = narrow.size > 0 ? toFloat32(file, narrow) : file
  const { graph, inputName, spec } = foldProfile(plain, detected)
  return {
    graph,
    inputName,
    spec,
    fileInput: detected.input,
    profile: detected.profile,
    notes: [...narrow].map(
      (type) =>
        `The model computes in ${type}; scores and gradients are computed in 32-bit floats from the same weights.`,
    ),
  }
}

/** Half precision always; 64 bits only where the images are, since exporters compute sizes in them too. */
function narrowTypes(graph: OnnxGraph, { element }: ImageInput): ReadonlySet<OtherFloat> {
  const types = new Set(otherFloats(graph))
  if (element !== 'double') types.delete('double')
  return types
}
