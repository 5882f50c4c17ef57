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

/** Where parameters start that several graphs share: in the first graph that has them. */
export function initialParameters(graphs: readonly OnnxGraph[]): ParameterValues {
  const values = new Map<string, Float32Array>()
  for (const graph of graphs) {
    for (const [name, data] of readParameters(graph, parameterNames(graph))) {
      if (!values.has(name)) values.set(name, data)
    }
  }
  return values
}

export function copied(values: ParameterValues): ParameterValues {
  return new Map([...values].map(([name, data]) => [name, Float32Array.from(data)]))
}

/** The named ones; shares memory. */
export function picked(values: ParameterValues, names: readonly string[]): ParameterValues {
  return new Map(names.map((name) => [name, values.get(name)!]))
}

/** Those that the graph has; shares memory. */
export function restrictedTo(values: ParameterValues, graph: OnnxGraph): ParameterValues {
  return new Map([...values].filter(([name]) => graph.initializers.has(name)))
}
