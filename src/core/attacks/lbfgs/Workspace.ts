/**
 * Arrays of one minimisation that every iteration fills anew, a value for each variable: for images of some size it is the making
 * and freeing of arrays that would take the time.
 */
export interface Workspace {
  readonly point: Float64Array
  readonly direction: Float64Array
  readonly bends: Float64Array
  readonly order: Int32Array
  readonly bound: Int32Array
  readonly slope: Float64Array
  readonly target: Float64Array
  readonly step: Float64Array
}

export function workspaceOf(variables: number): Workspace {
  const floats = (): Float64Array => new Float64Array(variables)
  return {
    point: floats(),
    direction: floats(),
    bends: floats(),
    order: new Int32Array(variables),
    bound: new Int32Array(variables),
    slope: floats(),
    target: floats(),
    step: floats(),
  }
}
