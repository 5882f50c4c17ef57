import { z } from 'zod'

const layerConfig = z.looseObject({ name: z.string().optional(), activation: z.unknown().optional() })

const layerSchema = z.looseObject({
  class_name: z.string(),
  config: z.union([layerConfig, z.array(z.unknown())]),
  name: z.string().optional(),
  inbound_nodes: z.array(z.unknown()).optional(),
})

export type LayerJson = z.infer<typeof layerSchema>

/** A Keras model as its topology has it: a model is a layer whose config holds layers. */
export const layersTopologySchema = layerSchema

/** A node of a TensorFlow graph. Attributes are TensorFlow's own and left as they are. */
const nodeSchema = z.looseObject({
  name: z.string(),
  op: z.string(),
  input: z.array(z.string()).default([]),
})

export const graphTopologySchema = z.looseObject({ node: z.array(nodeSchema).min(1) })

export type GraphNodeJson = z.infer<typeof nodeSchema>

/** The layers of a model in the order of its file; none for a layer that is no model. */
export function layersOf({ class_name: kind, config }: LayerJson): readonly LayerJson[] {
  if (!['Sequential', 'Functional', 'Model'].includes(kind)) return []
  const list: unknown = Array.isArray(config) ? config : config['layers']
  const read = z.array(layerSchema).safeParse(list)
  return read.success ? read.data : []
}

/** A layer's name; layers of a functional model have it outside of their config too. */
export function layerName({ name, config }: LayerJson): string {
  return name ?? (Array.isArray(config) ? '' : (config.name ?? ''))
}

/** All layers that are no models themselves, from first to last. */
export function leavesOf(layer: LayerJson): readonly LayerJson[] {
  const inner = layersOf(layer)
  return inner.length > 0 ? inner.flatMap(leavesOf) : [layer]
}
