import { createRequire } from 'node:module'
import { dirname, sep } from 'node:path'
import '@tensorflow/tfjs-backend-cpu'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import {
  copyRegisteredKernels,
  findBackend,
  findBackendFactory,
  getKernel,
  registerBackend,
} from '@tensorflow/tfjs-core'
import { alias, inJavaScript, replaceKernel, withoutWeightGradients } from './kernels'
import { averagePoolGradient, maxPoolGradient } from './poolGradients'
import { turnedConvolution, turnedDepthwise } from './turnedConvolution'
import { TurnedWeights } from './TurnedWeights'

/** tfjs's wasm back end under a name of our own, so that what is changed in it is changed for nobody else. */
export const wasmName = 'halftone-wasm'

/** tfjs's plain JavaScript, with what is wrong in it put right; likewise. */
export const plainName = 'halftone-cpu'

/** Makes the back end known to tfjs; once. */
export function registerPlain(): void {
  if (findBackendFactory(plainName)) return
  registerBackend(plainName, () => findBackend('cpu'))
  copyRegisteredKernels('cpu', plainName)
  replaceKernel(plainName, 'AvgPoolGrad', averagePoolGradient)
}

/** Makes the back end known to tfjs; once. It is started when it is first chosen. */
export function registerWasm(): void {
  if (findBackendFactory(wasmName)) return
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))
  setWasmPaths(folder + sep)
  const weights = new TurnedWeights()
  const make = findBackendFactory('wasm')
  registerBackend(wasmName, async () => weights.freedBy(await make()))
  copyRegisteredKernels('wasm', wasmName)
  const [forward, byInput] = ['Conv2D', 'Conv2DBackpropInput'].map(
    (name) => getKernel(name, 'wasm').kernelFunc,
  )
  replaceKernel(wasmName, 'Conv2DBackpropInput', turnedConvolution(weights, forward!, byInput!))
  replaceKernel(wasmName, 'MaxPoolGrad', maxPoolGradient)
  replaceKernel(wasmName, 'AvgPoolGrad', averagePoolGradient)
  // tfjs's own copy all values.
  const convert = getKernel('Cast', 'wasm').kernelFunc
  replaceKernel(wasmName, 'Identity', alias)
  replaceKernel(wasmName, 'Cast', (params) =>
    params.inputs['x']!.dtype === params.attrs?.['dtype'] ? alias(params) : convert(params),
  )
  // What gradients need and wasm has not is computed by tfjs's plain JavaScript.
  replaceKernel(wasmName, 'UnsortedSegmentSum', inJavaScript('UnsortedSegmentSum'))
  withoutWeightGradients(wasmName)
  const byChannel = inJavaScript('DepthwiseConv2dNativeBackpropInput')
  replaceKernel(wasmName, 'DepthwiseConv2dNativeBackpropInput', turnedDepthwise(byChannel))
}
