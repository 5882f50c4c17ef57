import {
  fill,
  findBackend,
  getKernel,
  registerKernel,
  unregisterKernel,
  type KernelBackend,
  type KernelConfig,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core'

/** Puts a kernel in the place of one that a back end has, or may not have. */
export function replaceKernel(backendName: string, kernelName: string, kernelFunc: KernelFunc): void {
  const before = getKernel(kernelName, backendName) as KernelConfig | undefined
  // What is registered twice is kept, with a warning on the console.
  if (before) unregisterKernel(kernelName, backendName)
  // The kernel that was there may still be called by the new one, and is set up by this.
  const { setupFunc } = before ?? {}
  registerKernel({ kernelName, backendName, kernelFunc, ...(setupFunc && { setupFunc }) })
}

/**
 * Fused convolutions take the gradient by their kernel along with that by their input, whether anyone asks for it or not.
 * Weights are constants here; what is never looked at is not computed, and is no number.
 */
export function withoutWeightGradients(backendName: string): void {
  for (const kernel of ['Conv2DBackpropFilter', 'DepthwiseConv2dNativeBackpropFilter'])
    replaceKernel(backendName, kernel, ({ attrs }) => fill(attrs?.['filterShape'] as number[], NaN))
}

/** A copy of a tensor that shares its values: tapes are full of them, and no kernel changes what it is given. */
export const alias: KernelFunc = ({ inputs, backend }) => {
  const { dataId, shape, dtype } = inputs['x']!
  ;(backend as KernelBackend).incRef(dataId)
  return { dataId, shape, dtype }
}

/** A kernel that moves its inputs to the JavaScript back end and the results back. */
export function inJavaScript(kernelName: string): KernelFunc {
  return ({ inputs, backend, attrs }) => {
    const own = backend as KernelBackend
    const js = findBackend('cpu')
    const moved = Object.entries(inputs).flatMap(([name, info]) =>
      info ? [[name, move(info, own, js)] as const] : [],
    )
    const made = getKernel(kernelName, 'cpu').kernelFunc({
      inputs: Object.fromEntries(moved),
      backend: js,
      ...(attrs && { attrs }),
    })
    const results = [made].flat().map((info) => move(info, js, own))
    for (const { dataId } of [...moved.map(([, info]) => info), ...[made].flat()]) js.disposeData(dataId)
    return results.length === 1 ? results[0]! : results
  }
}

function move({ dataId, shape, dtype }: TensorInfo, from: KernelBackend, to: KernelBackend): TensorInfo {
  return { shape, dtype, dataId: to.write(from.readSync(dataId), shape, dtype) }
}
