import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, StringStringEntryProtoSchema, TensorProto_DataLocation } from './gen/onnx_pb'

/** Below this many bytes a constant stays inside: a mapping of its own costs more. */
const least = 1024

/** A stretch of bytes, known by its content. */
export interface Blob {
  readonly hash: string
  readonly data: Uint8Array
}

/** Where a blob lies: a file beside the graph. */
export interface Place {
  readonly file: string
  readonly offset: number
  readonly length: number
}

/** An ONNX file with its large constants taken out. */
export interface Externalised {
  /** Each once. */
  readonly blobs: readonly Blob[]
  /** The file that names each blob's place. */
  write(placeOf: (blob: Blob) => Place): Uint8Array
}

/**
 * Takes the large constants out of an ONNX file: ONNX Runtime maps such data from the disk, and graphs that share some can
 * share one file of them (onnx.proto, TensorProto.external_data).
 * @param bytes an ONNX file
 * @param sha256 in hex
 */
export function externalise(bytes: Uint8Array, sha256: (data: Uint8Array) => string): Externalised {
  const model = fromBinary(ModelProtoSchema, bytes)
  const tensors = (model.graph?.initializer ?? [])
    .filter(({ rawData }) => rawData.length >= least)
    .map((tensor) => ({ tensor, blob: { hash: sha256(tensor.rawData), data: tensor.rawData } }))
  const blobs = new Map(tensors.map(({ blob }) => [blob.hash, blob]))
  return {
    blobs: [...blobs.values()],
    write: (placeOf) => {
      for (const { tensor, blob } of tensors) {
        const { file, offset, length } = placeOf(blob)
        tensor.rawData = new Uint8Array()
        tensor.dataLocation = TensorProto_DataLocation.EXTERNAL
        tensor.externalData = Object.entries({
          location: file,
          offset: `${offset}`,
          length: `${length}`,
        }).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }))
      }
      return toBinary(ModelProtoSchema, model)
    },
  }
}
