import { Tensor } from 'onnxruntime-node'
import type { RunTensor } from '#core/onnx/facts'
import type { ElementType } from '#core/onnx/OnnxGraph'
import { HalftoneError } from '#core/errors'

const ortNames = {
  float: 'float32',
  double: 'float64',
  int64: 'int64',
  uint64: 'uint64',
  int32: 'int32',
  uint32: 'uint32',
  int16: 'int16',
  uint16: 'uint16',
  int8: 'int8',
  uint8: 'uint8',
  bool: 'bool',
  float16: 'float16',
  string: 'string',
} as const satisfies Partial<Record<ElementType, Tensor.Type>>

/** Element types by ONNX Runtime's names for them in Node. */
export const elementNames: ReadonlyMap<string, ElementType> = new Map(
  Object.entries(ortNames).map(([ours, theirs]) => [theirs, ours as ElementType]),
)

/** @throws HalftoneError `unsupported` for element types that ONNX Runtime's Node binding cannot be fed */
export function toOrt({ type, data, dims }: RunTensor): Tensor {
  if (!Object.hasOwn(ortNames, type)) {
    throw new HalftoneError(
      'unsupported',
      `ONNX Runtime in Node cannot be fed ${type} tensors; convert the model's inputs.`,
    )
  }
  return new Tensor(ortNames[type as keyof typeof ortNames], data as Tensor.DataType & Float32Array, [
    ...dims,
  ])
}

/** @throws HalftoneError `unsupported` for element types that Halftone does not know */
export function fromOrt(tensor: Tensor): RunTensor {
  const type = elementNames.get(tensor.type)
  if (!type)
    throw new HalftoneError(
      'unsupported',
      `The model gives a tensor of type ${tensor.type}, which is not known.`,
    )
  return { type, dims: tensor.dims, data: tensor.data }
}
