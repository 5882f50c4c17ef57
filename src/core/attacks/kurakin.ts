import type { ParamSpec } from '#core/params'

/** Kurakin, Goodfellow and Bengio 2016: the paper of the three methods beside this file. */
export const paper = 'Kurakin, Goodfellow, Bengio 2016, Adversarial examples in the physical world'

export const epsilon = {
  kind: 'number',
  title: 'Epsilon',
  help: 'Greatest change of a pixel value.',
  default: 8,
  min: 0,
  max: 255,
  unit: '/255',
} as const satisfies ParamSpec

export const alpha = {
  kind: 'number',
  title: 'Alpha',
  help: 'Change of a pixel value in one step.',
  default: 1,
  min: 0.01,
  max: 255,
  unit: '/255',
} as const satisfies ParamSpec

export const steps = {
  kind: 'integer',
  title: 'Steps',
  help: "Number of steps; 0 takes the paper's, min(epsilon + 4, ceil(1.25 epsilon)).",
  default: 0,
  min: 0,
  max: 100_000,
} as const satisfies ParamSpec

/** The paper's number of steps (section 2.2), enough for a pixel to cross the ball and be few; whole for any epsilon. */
export function stepsFor(epsilon: number, asked: number): number {
  return asked > 0 ? asked : Math.ceil(Math.min(epsilon + 4, 1.25 * epsilon))
}
