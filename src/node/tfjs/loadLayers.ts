import { loadLayersModel, model as modelOf, type LayersModel } from '@tensorflow/tfjs-layers'
import { io, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import { HalftoneError } from '#core/errors'
import { layersOf, layersTopologySchema, leavesOf, type LayerJson } from '#core/models/tfjs/tfjsTopology'
import { layersWithoutSoftmax } from '#core/models/tfjs/withoutSoftmax'
import { sizeOf } from '#core/tensor/Tensor'
import { checkLayerOutputs, checkLayerWeights } from './checkLayerSizes'
import { counted } from './counted'
import type { TfjsFile } from './tfjsFile'
import type { NetValue, TfjsNet } from './TfjsNet'

/**
 * The Keras model of a file.
 * @throws HalftoneError `unreadable-file` when topology and weights do not fit, `unsupported` for layers that TF.js has not
 */
export async function loadLayers(
  file: TfjsFile,
): Promise<{ readonly net: TfjsNet; readonly json: LayerJson }> {
  const json = topologyOf(file)
  checkLayerWeights(
    json,
    file.json.weightsManifest
      .flatMap(({ weights }) => weights)
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0),
  )
  const { model: unsqueezed, squeezedBy } = layersWithoutSoftmax(json)
  const model = await load(file, unsqueezed)
  try {
    checkLayerOutputs(model)
  } catch (error) {
    model.dispose()
    throw error
  }
  const [input, ...others] = model.inputs
  if (!input || others.length > 0) {
    model.dispose()
    throw new HalftoneError(
      'unsupported',
      `Expected a model with one input, its images; this one has ${model.inputs.length}.`,
    )
  }
  const inner = new Map<string, LayersModel>()
  const outputs: NetValue[] = model.outputs.map(({ shape, sourceLayer }) => ({
    name: sourceLayer.name,
    shape,
  }))
  const apply = (part: LayersModel, x: Tensor4D): readonly Tensor[] =>
    [part.apply(x, { training: false })].flat() as Tensor[]
  const net: TfjsNet = {
    input: { name: input.name, shape: input.shape },
    outputs,
    ops: counted(leavesOf(json).map((layer) => layer.class_name)),
    squeezedBy,
    scores: (x, output) => apply(model, x)[outputs.findIndex(({ name }) => name === output)]!,
    inner(x, name) {
      const layer = model.layers.find((each) => each.name === name)
      if (!layer) {
        const names = model.layers.map((each) => each.name).join(', ')
        throw new HalftoneError('not-found', `The model has no layer '${name}'. Its layers: ${names}.`)
      }
      const part = inner.get(name) ?? modelOf({ inputs: model.inputs, outputs: layer.output })
      inner.set(name, part)
      return apply(part, x)[0]!
    },
    dispose: () => void model.dispose(),
  }
  return { net, json }
}

function topologyOf({ json, name }: TfjsFile): LayerJson {
  const topology: unknown = json.modelTopology['model_config'] ?? json.modelTopology
  const read = layersTopologySchema.safeParse(topology)
  if (read.success && layersOf(read.data).length > 0) return withZeros(read.data) as LayerJson
  throw new HalftoneError('unreadable-file', `${name}: expected a Keras model of layers in modelTopology.`)
}

/** Weights are drawn before they are read; orthogonal ones take minutes, and all are thrown away. */
function withZeros(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withZeros)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) =>
      key.endsWith('_initializer') && inner !== null
        ? [key, { class_name: 'Zeros', config: {} }]
        : [key, withZeros(inner)],
    ),
  )
}

async function load({ json, weights }: TfjsFile, topology: LayerJson): Promise<LayersModel> {
  const artifacts = {
    modelTopology: { ...json.modelTopology, model_config: topology },
    format: 'layers-model',
    weightSpecs: json.weightsManifest.flatMap((group) => group.weights) as io.WeightsManifestEntry[],
    weightData: weights,
  }
  try {
    return await loadLayersModel(io.fromMemory(artifacts))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const unknown = /^Unknown (?:layer|\w+): (\w+)/.exec(reason)
    if (unknown) {
      throw new HalftoneError(
        'unsupported',
        `TF.js has no ${unknown[1]} to build the model with. Export the model to ONNX instead.`,
        { cause },
      )
    }
    throw new HalftoneError('unreadable-file', `The model cannot be built: ${reason}`, { cause })
  }
}
