import type { ModelProfile } from '#contract/profile'
import type { ImageSpec } from '#core/tensor/Images'

/** The hardware back ends of ONNX Runtime that Halftone asks for, best first. */
export const providers = ['cuda', 'dml', 'coreml', 'webgpu', 'cpu'] as const
export type Provider = (typeof providers)[number]

/** The back ends that run TF.js models, best first: two are packages that a user may install, the others come with Halftone. */
export const tfjsBackEnds = ['tfjs-node-gpu', 'tfjs-node', 'tfjs-wasm', 'tfjs-cpu'] as const
export type TfjsBackEnd = (typeof tfjsBackEnds)[number]

/** Why an input gradient cannot be had, in words that name the op, the node and what is supported. */
export type Differentiable = { readonly ok: true } | { readonly ok: false; readonly reason: string }

/** What is known of an open model. Plain data: it crosses process borders and is stored with experiments. */
export interface ModelInfo {
  /** SHA-256 of the model file, in hex. */
  readonly id: string
  /** File name, or what the caller named it. */
  readonly name: string
  readonly input: ImageSpec
  /** Class names by index; `class 0`, `class 1`, ... where the model carries none. */
  readonly classes: readonly string[]
  /** The back end that really runs the model. */
  readonly provider: Provider | TfjsBackEnd
  /** Why better back ends were passed over, one line each. */
  readonly passedOver: readonly string[]
  /** Threads of the CPU back end. */
  readonly threads: number
  readonly differentiable: Differentiable
  /** How the model's own input is made from [0,1] pixels, and where each value is known from. */
  readonly profile: ModelProfile
  /** What is done with the model that its file does not say: computed in other numbers, scores taken before a softmax. */
  readonly notes: readonly string[]
}
