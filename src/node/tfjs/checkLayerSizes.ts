import type { LayersModel } from '@tensorflow/tfjs-layers'
import { HalftoneError } from '#core/errors'
import { layerName, leavesOf, type LayerJson } from '#core/models/tfjs/tfjsTopology'
import { defaultLimits } from '#core/onnx/checkSizes'
import { sizeOf } from '#core/tensor/Tensor'

/** Every one of these has at least one weight of its own. */
const weighted = ['units', 'filters', 'input_dim', 'output_dim']

/**
 * Refuses a model whose layers ask for more weights than its files have, before they are built: a file of a few bytes can
 * ask for all memory.
 * @param weights values in the model's files
 * @throws HalftoneError `unreadable-file`
 */
export function checkLayerWeights(model: LayerJson, weights: number): void {
  for (const layer of leavesOf(model)) {
    if (Array.isArray(layer.config)) continue
    for (const key of weighted) {
      const asked = layer.config[key]
      if (typeof asked !== 'number' || asked <= weights) continue
      throw new HalftoneError(
        'unreadable-file',
        `Layer '${layerName(layer)}' asks for ${asked.toLocaleString('en')} ${key}; the model's files hold ` +
          `${weights.toLocaleString('en')} weights in all. The file is damaged or made to fill the memory.`,
      )
    }
  }
}

/** Refuses a model whose layers give tensors that are too large for one image. @throws HalftoneError `unsupported` */
export function checkLayerOutputs({ layers }: LayersModel): void {
  for (const { name, outputShape } of layers) {
    const shapes = (Array.isArray(outputShape[0]) ? outputShape : [outputShape]) as (number | null)[][]
    const size = Math.max(...shapes.map((shape) => sizeOf(shape.map((length) => length ?? 1))))
    if (size <= defaultLimits.tensor) continue
    throw new HalftoneError(
      'unsupported',
      `Layer '${name}' makes a tensor of ${size.toLocaleString('en')} values for one image; at most ` +
        `${defaultLimits.tensor.toLocaleString('en')} can be handled.`,
    )
  }
}
