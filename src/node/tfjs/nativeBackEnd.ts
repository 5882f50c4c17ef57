import {
  copyRegisteredKernels,
  findBackend,
  findBackendFactory,
  getKernel,
  registerBackend,
  relu,
  sign,
  slice,
  tidy,
  type KernelFunc,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core'
import { replaceKernel, withoutWeightGradients } from './kernels'
import { tensorflow } from './nativePackage'

/** The back end of the user's package under a name of our own, so that what is changed in it is changed for nobody else. */
export const nativeName = 'halftone-tensorflow'

/** Makes the back end known to tfjs, once a package has been loaded; once. */
export function registerNative(): void {
  if (findBackendFactory(nativeName)) return
  // One and the same back end under both names: a tensor of the one is the other's.
  registerBackend(nativeName, () => findBackend(tensorflow))
  copyRegisteredKernels(tensorflow, nativeName)
  withoutWeightGradients(nativeName)
  replaceKernel(nativeName, 'Step', quickStep(getKernel('Step', tensorflow).kernelFunc))
  for (const kernel of ['Conv2DBackpropInput', 'DepthwiseConv2dNativeBackpropInput'])
    replaceKernel(nativeName, kernel, ofPadded(getKernel(kernel, tensorflow).kernelFunc))
}

/** The packages make a step of six operators, which took a fifth of a gradient's time. */
function quickStep(kernel: KernelFunc): KernelFunc {
  return (params) =>
    params.attrs?.['alpha'] === 0 ? tidy(() => sign(relu(params.inputs['x'] as Tensor))) : kernel(params)
}

type Shape = [number, number, number, number]
type Pairs = [[number, number], [number, number], [number, number], [number, number]]

/**
 * The packages know no gradient of a convolution whose padding is given in numbers: it is that of a convolution without
 * padding of the padded input, cut to the input itself.
 */
function ofPadded(kernel: KernelFunc): KernelFunc {
  return (params) => {
    const { pad, inputShape } = params.attrs as unknown as { pad: string | Pairs; inputShape: Shape }
    if (!Array.isArray(pad)) return kernel(params)
    const padded = inputShape.map((length, axis) => length + pad[axis]![0] + pad[axis]![1])
    const attrs = { ...params.attrs, inputShape: padded, pad: 'valid' }
    const start = pad.map(([before]) => before) as Shape
    return tidy(() => slice(kernel({ ...params, attrs }) as Tensor4D, start, inputShape))
  }
}
