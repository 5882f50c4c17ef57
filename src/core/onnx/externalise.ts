import { sizeOf } from '../tensor/Tensor'
import { arrayClasses } from './elementTypes'
import type { OnnxGraph, OnnxTensor } from './OnnxGraph'
import { writeModel } from './writeModel'

/** Below this many bytes a constant stays inside: a mapping of its own costs more. */
const least = 1024

/** A stretch of bytes, known by its content. */
export interface Blob {
  readonly hash: string
  readonly length: number
  /** The bytes, which may be made anew each time they are asked for. */
  data(): Uint8Array
}

/** Where a blob lies: a file beside the graph. */
export interface Place {
  readonly file: string
  readonly offset: number
  readonly length: number
}

/** A graph with its large constants taken out. */
export interface Externalised {
  /** Each once. */
  readonly blobs: readonly Blob[]
  /** An ONNX file that names each blob's place. */
  write(placeOf: (blob: Blob) => Place): Uint8Array
}

/**
 * Takes the large constants out of a graph: ONNX Runtime maps such data from the disk, and graphs that share some can
 * share one file of them (onnx.proto, TensorProto.external_data).
 * @param sha256 in hex
 */
export function externalise(graph: OnnxGraph, sha256: (data: Uint8Array) => string): Externalised {
  const taken = new Map<string, Blob>()
  for (const [name, tensor] of graph.initializers) {
    const length = bytesOf(tensor)
    if (length < least) continue
    const data = (): Uint8Array => {
      const { buffer, byteOffset } = tensor.data as Exclude<OnnxTensor, { type: 'string' }>['data']
      return new Uint8Array(buffer, byteOffset, length)
    }
    taken.set(name, { hash: sha256(data()), length, data })
  }
  return {
    blobs: [...new Map([...taken.values()].map((blob) => [blob.hash, blob])).values()],
    write: (placeOf) => writeModel(graph, new Map([...taken].map(([name, blob]) => [name, placeOf(blob)]))),
  }
}

/** Zero for text, which stays inside. */
function bytesOf({ type, shape }: OnnxTensor): number {
  return type === 'string' ? 0 : sizeOf(shape) * arrayClasses[type].BYTES_PER_ELEMENT
}
