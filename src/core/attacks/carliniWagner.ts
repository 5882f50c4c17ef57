import type { ParamSpec } from '#core/params'

export const paper = 'Carlini, Wagner 2017, Towards evaluating the robustness of neural networks'

export const confidence = {
  kind: 'number',
  title: 'Confidence',
  help: 'Kappa: by how many logits the wrong class must lead.',
  default: 0,
  min: 0,
  max: 10_000,
} as const satisfies ParamSpec

export const learningRate = {
  kind: 'number',
  title: 'Learning rate',
  help: 'Of Adam.',
  default: 0.01,
  min: 1e-6,
  max: 0.5,
} as const satisfies ParamSpec

export const constant = {
  kind: 'number',
  title: 'Constant',
  help: 'The first weight of the misclassification against the distortion.',
  default: 0.001,
  min: 1e-9,
  max: 1e9,
} as const satisfies ParamSpec

/** What the attacks that shrink a set of pixels or a threshold have in common. */
export const shrinkingParams = {
  confidence,
  iterations: {
    kind: 'integer',
    title: 'Iterations',
    help: 'Most steps of the optimiser for each constant.',
    default: 50,
    min: 1,
    max: 1_000_000,
  },
  constant,
  raises: {
    kind: 'integer',
    title: 'Raises',
    help: 'How often the constant is raised tenfold before a set of pixels or a threshold counts as too small.',
    default: 4,
    min: 0,
    max: 100,
  },
  learningRate,
  gradients: {
    kind: 'integer',
    title: 'Gradients',
    help: 'Most gradients that an image may cost; the best that was found by then is returned.',
    default: 3000,
    min: 1,
    max: 100_000_000,
  },
} as const satisfies Record<string, ParamSpec>
