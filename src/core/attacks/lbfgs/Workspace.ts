import { Kernels } from '#core/simd/Kernels'
import { lbfgsProgram, type LbfgsKernels } from './kernels'

/** One correction: a step and its change of the gradient, scaled so that s . y = 1. */
export interface Pair {
  readonly s: Float32Array
  readonly y: Float32Array
}

/**
 * Arrays of a minimisation, a value for each variable, which serve one minimisation after the other: for images of some size it
 * is the making and freeing of arrays that would take the time.
 */
export interface Workspace {
  readonly kernels: LbfgsKernels
  readonly x: Float64Array
  readonly gradient: Float64Array
  readonly trial: Float64Array
  readonly trialGradient: Float64Array
  readonly point: Float64Array
  readonly direction: Float64Array
  readonly bends: Float64Array
  readonly order: Int32Array
  readonly bound: Int32Array
  readonly slope: Float64Array
  readonly target: Float64Array
  readonly step: Float64Array
  /** Room for as many corrections as are remembered. */
  readonly pairs: readonly Pair[]
}

/** Bytes that a workspace takes of its kernels' room. */
export function workspaceRoom(variables: number, memory: number): number {
  return 10 * Kernels.roomForDoubles(variables) + 2 * memory * Kernels.roomFor(variables)
}

export function workspaceOf(
  variables: number,
  memory: number,
  kernels: LbfgsKernels = new Kernels(lbfgsProgram(), workspaceRoom(variables, memory)),
): Workspace {
  const doubles = (): Float64Array => kernels.doubles(variables)
  return {
    kernels,
    x: doubles(),
    gradient: doubles(),
    trial: doubles(),
    trialGradient: doubles(),
    point: doubles(),
    direction: doubles(),
    bends: doubles(),
    order: new Int32Array(variables),
    bound: new Int32Array(variables),
    slope: doubles(),
    target: doubles(),
    step: doubles(),
    pairs: Array.from({ length: memory }, () => ({
      s: kernels.floats(variables),
      y: kernels.floats(variables),
    })),
  }
}
