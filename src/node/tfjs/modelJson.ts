import { z } from 'zod'
import { HalftoneError } from '#core/errors'
import { sizeOf } from '#core/tensor/Tensor'

/** Bytes of one value of each type of weights. Strings have no place in a net of images. */
const typeSizes = { float32: 4, int32: 4, bool: 1, complex64: 8, float16: 2, uint8: 1, uint16: 2 } as const

const quantizationSchema = z.looseObject({
  dtype: z.enum(['uint8', 'uint16', 'float16']),
  scale: z.number().optional(),
  min: z.number().optional(),
})

const weightSchema = z.looseObject({
  name: z.string(),
  shape: z.array(z.int().min(0)),
  dtype: z.enum(['float32', 'int32', 'bool', 'complex64']),
  quantization: quantizationSchema.optional(),
})

const modelJsonSchema = z.looseObject({
  modelTopology: z.looseObject({}),
  weightsManifest: z.array(z.object({ paths: z.array(z.string()), weights: z.array(weightSchema) })),
  format: z.enum(['layers-model', 'graph-model']).nullish(),
})

export type ModelJson = z.infer<typeof modelJsonSchema>
export type Weight = z.infer<typeof weightSchema>
export type TfjsFormat = 'layers-model' | 'graph-model'

/**
 * What a model.json says.
 * @param where its path, for messages
 * @throws HalftoneError `unreadable-file`
 */
export function readModelJson(text: string, where: string): ModelJson {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new HalftoneError(
      'unreadable-file',
      `${where}: expected a TF.js model as JSON, the text is damaged.`,
      {
        cause,
      },
    )
  }
  const read = modelJsonSchema.safeParse(json)
  if (read.success) return read.data
  throw new HalftoneError(
    'unreadable-file',
    `${where}: expected the model.json of a TF.js model, with modelTopology and weightsManifest. ` +
      z.prettifyError(read.error).replaceAll('\n', ' '),
  )
}

/** Older converters do not write the format: a graph is a list of nodes. */
export function formatOf({ format, modelTopology }: ModelJson): TfjsFormat {
  return format ?? ('node' in modelTopology ? 'graph-model' : 'layers-model')
}

/** How many bytes a weight takes in its shards. */
export function bytesOf({ shape, dtype, quantization }: Weight): number {
  return sizeOf(shape) * typeSizes[quantization?.dtype ?? dtype]
}
