import { Kernels } from '#core/simd/Kernels'
import { lbfgsProgram, type LbfgsKernels } from './kernels'

/** One correction: a step and its change of the gradient, scaled so that s . y = 1. */
export interface Pair {
  readonly s: Float32Array
  readonly y: Float32Array
}

/** Arrays that are used between one evaluation and the next, a value for each variable. Any number of problems may share them. */
export interface Scratch {
  readonly point: Float64Array
  readonly bends: Float64Array
  readonly order: Int32Array
  readonly found: Int32Array
  readonly step: Float64Array
  readonly change: Float64Array
}

/**
 * Arrays of a minimisation, a value for each variable, which serve one minimisation after the other: for images of some size it
 * is the making and freeing of arrays that would take the time. And of many problems that go forward together each brings its
 * own into the cache when its turn has come, so that what need not be its own is not.
 */
export interface Workspace {
  readonly kernels: LbfgsKernels
  readonly scratch: Scratch
  readonly x: Float64Array
  readonly gradient: Float64Array
  readonly trial: Float64Array
  readonly trialGradient: Float64Array
  readonly step: Float64Array
  /** Room for as many corrections as are remembered. */
  readonly pairs: readonly Pair[]
}

/** Bytes that a scratch takes of its kernels' room. */
export const scratchRoom = (variables: number): number => 4 * Kernels.roomForDoubles(variables)

/** Bytes that a workspace takes of its kernels' room, beside its scratch. */
export function workspaceRoom(variables: number, memory: number): number {
  return 5 * Kernels.roomForDoubles(variables) + 2 * memory * Kernels.roomFor(variables)
}

export function scratchOf(variables: number, kernels: LbfgsKernels): Scratch {
  return {
    point: kernels.doubles(variables),
    bends: kernels.doubles(variables),
    order: new Int32Array(variables),
    found: new Int32Array(variables),
    step: kernels.doubles(variables),
    change: kernels.doubles(variables),
  }
}

export function workspaceOf(
  variables: number,
  memory: number,
  kernels: LbfgsKernels = new Kernels(
    lbfgsProgram(),
    workspaceRoom(variables, memory) + scratchRoom(variables),
  ),
  scratch = scratchOf(variables, kernels),
): Workspace {
  const doubles = (): Float64Array => kernels.doubles(variables)
  return {
    kernels,
    scratch,
    x: doubles(),
    gradient: doubles(),
    trial: doubles(),
    trialGradient: doubles(),
    step: doubles(),
    pairs: Array.from({ length: memory }, () => ({
      s: kernels.floats(variables),
      y: kernels.floats(variables),
    })),
  }
}
