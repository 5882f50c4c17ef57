import { loadGraphModel, type GraphModel } from '@tensorflow/tfjs-converter'
import { io, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import { HalftoneError } from '#core/errors'
import { graphTopologySchema, type GraphNodeJson } from '#core/models/tfjs/tfjsTopology'
import { scoresBefore } from '#core/models/tfjs/withoutSoftmax'
import { checkGraphSizes } from './checkGraphSizes'
import { counted } from './counted'
import type { TfjsFile } from './tfjsFile'
import type { TfjsNet } from './TfjsNet'

/**
 * The TensorFlow graph of a file.
 * @throws HalftoneError `unreadable-file` for a damaged one, `unsupported` for operators that TF.js has not
 */
export async function loadGraph(file: TfjsFile): Promise<TfjsNet> {
  const nodes = nodesOf(file)
  const model = await load(file)
  try {
    checkGraphSizes(nodes, model.weights)
  } catch (error) {
    model.dispose()
    throw error
  }
  const [input, ...others] = model.inputs
  if (!input || others.length > 0 || input.dtype !== 'float32') {
    const found = model.inputs.map(({ name, dtype }) => `${name} (${dtype})`).join(', ') || 'none'
    model.dispose()
    throw new HalftoneError(
      'unsupported',
      `Expected a model with one input of float32, its images; this one has: ${found}.`,
    )
  }
  const execute = (x: Tensor4D, name: string): Tensor => [model.execute({ [input.name]: x }, name)].flat()[0]!
  const before = new Map(model.outputs.map(({ name }) => [name, scoresBefore(nodes, name)]))
  return {
    input: { name: input.name, shape: opened(input.shape) },
    outputs: model.outputs.map(({ name, shape }) => ({ name, shape: opened(shape) })),
    ops: counted(nodes.map(({ op }) => op)),
    squeezedBy: [...before.values()].find((found) => found !== null)?.squeezedBy ?? null,
    scores: (x, output) => execute(x, before.get(output)?.name ?? output),
    inner(x, name) {
      if (!nodes.some((node) => node.name === name)) {
        throw new HalftoneError(
          'not-found',
          `The model has no node '${name}'. Look for its names with a viewer.`,
        )
      }
      return execute(x, name)
    },
    dispose: () => void model.dispose(),
  }
}

/** TensorFlow writes an open length as -1. */
const opened = (shape: readonly number[] | undefined): readonly (number | null)[] =>
  shape?.map((length) => (length < 0 ? null : length)) ?? []

function nodesOf({ json, name }: TfjsFile): readonly GraphNodeJson[] {
  const read = graphTopologySchema.safeParse(json.modelTopology)
  if (read.success) return read.data.node
  throw new HalftoneError(
    'unreadable-file',
    `${name}: expected a TensorFlow graph of nodes in modelTopology.`,
  )
}

async function load({ json, weights }: TfjsFile): Promise<GraphModel> {
  const artifacts = {
    ...json,
    format: 'graph-model',
    weightSpecs: json.weightsManifest.flatMap((group) => group.weights) as io.WeightsManifestEntry[],
    weightData: weights,
  }
  try {
    return await loadGraphModel(io.fromMemory(artifacts as io.ModelArtifacts))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const unknown = /not supported|not registered/i.test(reason)
    throw new HalftoneError(
      unknown ? 'unsupported' : 'unreadable-file',
      `The model cannot be built: ${reason}`,
      {
        cause,
      },
    )
  }
}
