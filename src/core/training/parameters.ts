import { makeTensor } from '#core/onnx/elementTypes'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { HalftoneError } from '../errors'
import type { ParameterValues } from './Optimiser'

/** What is trained of a net that this project builds: see nets/layers.ts for the endings. */
export function parameterNames(net: OnnxGraph): readonly string[] {
  return [...net.initializers.keys()].filter((name) => /\.(weight|bias|gain)$/.test(name))
}

/** Copies of the named initializers. @throws HalftoneError `not-found` for a name that the net does not have as floats. */
export function readParameters(net: OnnxGraph, names: readonly string[]): Map<string, Float32Array> {
  return new Map(
    names.map((name) => {
      const tensor = net.initializers.get(name)
      if (tensor?.type !== 'float') {
        throw new HalftoneError('not-found', `Expected a float parameter '${name}' in the net, found none.`)
      }
      return [name, Float32Array.from(tensor.data)]
    }),
  )
}

/** The net with other values in the named initializers. Shapes stay. */
export function withParameters(net: OnnxGraph, values: ParameterValues): OnnxGraph {
  const initializers = new Map(net.initializers)
  for (const [name, data] of values) {
    const held = initializers.get(name)
    if (!held) throw new HalftoneError('not-found', `Expected a parameter '${name}' in the net, found none.`)
    initializers.set(name, makeTensor('float', held.shape, Float32Array.from(data)))
  }
  return { ...net, initializers }
}
