import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import {
  copyRegisteredKernels,
  fill,
  findBackend,
  findBackendFactory,
  getKernel,
  registerBackend,
  registerKernel,
  unregisterKernel,
  type KernelBackend,
  type KernelConfig,
  type KernelFunc,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import { turnedConvolution, turnedDepthwise } from './turnedConvolution'

/** tfjs's wasm back end under a name of our own, so that what is changed in it is changed for nobody else. */
export const wasmName = 'halftone-wasm'

/** Makes the back end known to tfjs; once. It is started when it is first chosen. */
export function registerWasm(): void {
  if (findBackendFactory(wasmName)) return
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))
  setWasmPaths(folder + sep)
  registerBackend(wasmName, findBackendFactory('wasm'))
  copyRegisteredKernels('wasm', wasmName)
  replace('Conv2DBackpropInput', turnedConvolution(getKernel('Conv2DBackpropInput', 'wasm').kernelFunc))
  // What gradients need and wasm has not is computed by tfjs's plain JavaScript.
  replace('UnsortedSegmentSum', inJavaScript('UnsortedSegmentSum'))
  for (const kernel of ['Conv2DBackpropFilter', 'DepthwiseConv2dNativeBackpropFilter'])
    replace(kernel, notTaken)
  replace(
    'DepthwiseConv2dNativeBackpropInput',
    turnedDepthwise(inJavaScript('DepthwiseConv2dNativeBackpropInput')),
  )
}

function replace(kernelName: string, kernelFunc: KernelFunc): void {
  const before = getKernel(kernelName, wasmName) as KernelConfig | undefined
  // What is registered twice is kept, with a warning on the console.
  if (before) unregisterKernel(kernelName, wasmName)
  // The kernel that was there may still be called by the new one, and is set up by this.
  const { setupFunc } = before ?? {}
  registerKernel({ kernelName, backendName: wasmName, kernelFunc, ...(setupFunc && { setupFunc }) })
}

/**
 * Fused convolutions take the gradient by their kernel along with that by their input, whether anyone asks for it or not, and
 * wasm has no such operation. Weights are constants here; what is never looked at is not computed, and is no number.
 */
const notTaken: KernelFunc = ({ attrs }) => fill(attrs?.['filterShape'] as number[], NaN)

/** A kernel that moves its inputs to the JavaScript back end and the results back. */
function inJavaScript(kernelName: string): KernelFunc {
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
