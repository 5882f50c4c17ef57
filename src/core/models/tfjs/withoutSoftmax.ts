import { z } from 'zod'
import { layerName, layersOf, type GraphNodeJson, type LayerJson } from './tfjsTopology'

/** What a model squeezes its scores with, by the name in its file and the name that people know. */
const squeezers: Readonly<Record<string, string>> = { softmax: 'Softmax', sigmoid: 'Sigmoid' }

export interface Unsqueezed {
  readonly model: LayerJson
  /** Softmax or Sigmoid; null where the model does not end in one. */
  readonly squeezedBy: string | null
}

/**
 * A Keras model that gives its scores instead of their softmax or sigmoid. Attacks need scores that are not yet squeezed:
 * a float32 softmax of a sure model is 1 and 0, and has no gradient any more.
 */
export function layersWithoutSoftmax(model: LayerJson): Unsqueezed {
  const layers = layersOf(model)
  if (layers.length === 0) return withoutOwn(model)
  const names = model.class_name === 'Sequential' ? null : outputNames(model)
  if (names?.length === 0 || (names && names.length > 1)) return { model, squeezedBy: null }
  const end = names ? names[0]! : layerName(layers.at(-1)!)
  const path = names ? inboundPath(layers, end) : layers.map(layerName).reverse()
  // A dropout does nothing outside of training; a chain of them may stand behind the softmax.
  const last = path.find(
    (name) => layers.find((layer) => layerName(layer) === name)?.class_name !== 'Dropout',
  )
  const found = layers.findIndex((layer) => layerName(layer) === last)
  if (found < 0) return { model, squeezedBy: null }
  const { model: changed, squeezedBy } = layersWithoutSoftmax(layers[found]!)
  if (squeezedBy === null) return { model, squeezedBy }
  const all = layers.with(found, changed)
  const config = Array.isArray(model.config) ? all : { ...model.config, layers: all }
  return { model: { ...model, config }, squeezedBy }
}

function withoutOwn(layer: LayerJson): Unsqueezed {
  const { class_name: kind, config } = layer
  if (Array.isArray(config)) return { model: layer, squeezedBy: null }
  if (kind === 'Softmax' && (config['axis'] ?? -1) === -1) {
    const plain = { name: config.name, trainable: false, activation: 'linear' }
    return { model: { ...layer, class_name: 'Activation', config: plain }, squeezedBy: 'Softmax' }
  }
  const squeezedBy = typeof config.activation === 'string' ? squeezers[config.activation] : undefined
  if (!squeezedBy || !['Dense', 'Conv2D', 'Activation'].includes(kind))
    return { model: layer, squeezedBy: null }
  return { model: { ...layer, config: { ...config, activation: 'linear' } }, squeezedBy }
}

const reference = z.tuple([z.string()]).rest(z.unknown())
const references = z.union([z.array(reference), reference.transform((one) => [one])])

function outputNames({ config }: LayerJson): readonly string[] {
  const read = references.safeParse(Array.isArray(config) ? null : config['output_layers'])
  return read.success ? read.data.map(([name]) => name) : []
}

/** The layers back from one, for as long as each has one layer before it. */
function inboundPath(layers: readonly LayerJson[], end: string): readonly string[] {
  const path: string[] = []
  let name: string | undefined = end
  while (name !== undefined && !path.includes(name)) {
    path.push(name)
    const layer: LayerJson | undefined = layers.find((each) => layerName(each) === name)
    const nodes = z.tuple([z.array(reference)]).safeParse(layer?.inbound_nodes)
    name = nodes.success && nodes.data[0].length === 1 ? nodes.data[0][0]![0] : undefined
  }
  return path
}

const passes = new Set(['Identity', 'Reshape', 'Squeeze'])
const squeezingOps = new Set(['Softmax', 'LogSoftmax', 'Sigmoid'])

/**
 * The node whose values a graph's output squeezes, looked for backwards through what changes no values.
 * @param output the name of a node, with or without the number of its output
 * @returns null where the output is no softmax or sigmoid
 */
export function scoresBefore(
  nodes: readonly GraphNodeJson[],
  output: string,
): { readonly name: string; readonly squeezedBy: string } | null {
  const byName = new Map(nodes.map((node) => [node.name, node]))
  const seen = new Set<string>()
  let name = plain(output)
  while (!seen.has(name)) {
    seen.add(name)
    const node = byName.get(name)
    const before = node?.input[0]
    if (!node || before === undefined) return null
    if (squeezingOps.has(node.op)) return { name: plain(before), squeezedBy: node.op }
    if (!passes.has(node.op)) return null
    name = plain(before)
  }
  return null
}

/** `conv:0` and `^conv` are both of the node `conv`. */
const plain = (name: string): string => name.replace(/^\^/, '').replace(/:0$/, '')
