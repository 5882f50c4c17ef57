import { create, toBinary } from '@bufbuild/protobuf'
import { getTextEncoding } from '@bufbuild/protobuf/wire'
import { elementCodes, toInt64 } from './elementTypes'
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProto_DataLocation,
  TensorProtoSchema,
  ValueInfoProtoSchema,
} from './gen/onnx_pb'
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from './gen/onnx_pb'
import type { Attribute, Dimension, OnnxGraph, OnnxNode, OnnxTensor, ValueInfo } from './OnnxGraph'

/** A stretch of a file beside the model. */
interface Stretch {
  readonly file: string
  readonly offset: number
  readonly length: number
}

/**
 * The graph as the bytes of an ONNX file, the same bytes for the same graph.
 * @param outside where the data of some constants lie, which are not looked at (onnx.proto, TensorProto.external_data)
 */
export function writeModel(
  graph: OnnxGraph,
  outside: ReadonlyMap<string, Stretch> = new Map(),
): Uint8Array<ArrayBuffer> {
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(graph.irVersion),
      producerName: 'halftone',
      opsetImport: [...graph.opsets].map(([domain, version]) => ({ domain, version: BigInt(version) })),
      metadataProps: [...graph.metadata].map(([key, value]) => ({ key, value })),
      functions: [...graph.functions],
      graph: {
        name: graph.name === '' ? 'graph' : graph.name,
        node: graph.nodes.map(writeNode),
        initializer: [...graph.initializers].map(([name, tensor]) =>
          writeTensor(name, tensor, outside.get(name)),
        ),
        input: graph.inputs.map(writeValueInfo),
        output: graph.outputs.map(writeValueInfo),
        valueInfo: (graph.values ?? []).map(writeValueInfo),
      },
    }),
  )
}

function writeNode(node: OnnxNode): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.op,
    domain: node.domain,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes).map(([name, value]) => writeAttribute(name, value)),
  })
}

function writeAttribute(name: string, attribute: Attribute): AttributeProto {
  const bytes = (text: string): Uint8Array => getTextEncoding().encodeUtf8(text)
  switch (attribute.kind) {
    case 'int':
      return create(AttributeProtoSchema, { name, type: Kind.INT, i: toInt64(attribute.value) })
    case 'float':
      return create(AttributeProtoSchema, { name, type: Kind.FLOAT, f: attribute.value })
    case 'string':
      return create(AttributeProtoSchema, { name, type: Kind.STRING, s: bytes(attribute.value) })
    case 'ints':
      return create(AttributeProtoSchema, { name, type: Kind.INTS, ints: attribute.value.map(toInt64) })
    case 'floats':
      return create(AttributeProtoSchema, { name, type: Kind.FLOATS, floats: [...attribute.value] })
    case 'strings':
      return create(AttributeProtoSchema, { name, type: Kind.STRINGS, strings: attribute.value.map(bytes) })
    case 'tensor':
      return create(AttributeProtoSchema, { name, type: Kind.TENSOR, t: writeTensor('', attribute.value) })
    case 'opaque':
      return attribute.value
  }
}

function writeTensor(name: string, tensor: OnnxTensor, outside?: Stretch): TensorProto {
  const head = { name, dims: tensor.shape.map(BigInt), dataType: elementCodes[tensor.type] }
  if (outside) {
    const { file, offset, length } = outside
    const entries = { location: file, offset: `${offset}`, length: `${length}` }
    return create(TensorProtoSchema, {
      ...head,
      dataLocation: TensorProto_DataLocation.EXTERNAL,
      externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
    })
  }
  if (tensor.type === 'string') {
    return create(TensorProtoSchema, {
      ...head,
      stringData: tensor.data.map((text) => getTextEncoding().encodeUtf8(text)),
    })
  }
  const { buffer, byteOffset, byteLength } = tensor.data
  return create(TensorProtoSchema, { ...head, rawData: new Uint8Array(buffer, byteOffset, byteLength) })
}

function writeValueInfo(info: ValueInfo): ValueInfoProto {
  if (info.type === undefined) return create(ValueInfoProtoSchema, { name: info.name })
  const tensorType = {
    elemType: elementCodes[info.type],
    ...(info.shape && { shape: { dim: info.shape.map(writeDimension) } }),
  }
  return create(ValueInfoProtoSchema, {
    name: info.name,
    type: { value: { case: 'tensorType', value: tensorType as never } },
  })
}

function writeDimension(dimension: Dimension): object {
  if (dimension === null) return {}
  return typeof dimension === 'number'
    ? { value: { case: 'dimValue', value: BigInt(dimension) } }
    : { value: { case: 'dimParam', value: dimension } }
}
