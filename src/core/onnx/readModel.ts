import { fromBinary } from '@bufbuild/protobuf'
import { getTextEncoding } from '@bufbuild/protobuf/wire'
import { HalftoneError } from '../errors'
import { elementTypeOf, toInt64 } from './elementTypes'
import { AttributeProto_AttributeType as Kind, ModelProtoSchema } from './gen/onnx_pb'
import type { AttributeProto, GraphProto, ModelProto, NodeProto, ValueInfoProto } from './gen/onnx_pb'
import type { Attribute, Dimension, OnnxGraph, OnnxNode, OnnxTensor, ValueInfo } from './OnnxGraph'
import { externalLocation, readTensor, type ExternalData } from './readTensor'
import { sortNodes } from './sortNodes'

/**
 * Reads an ONNX file. Constants share memory with `bytes` where they can, so that nothing large is copied.
 * Constant nodes become initializers, and nodes are put in order of execution.
 * @throws HalftoneError `unreadable-file` for what is not ONNX, is cut short, or contradicts itself;
 *   `unsupported` for sparse constants, and data in a file that is not among `external`.
 */
export function readModel(bytes: Uint8Array, external?: ExternalData): OnnxGraph {
  const model = decode(bytes)
  const graph = model.graph
  if (!graph || model.irVersion <= 0n || model.opsetImport.length === 0) {
    throw new HalftoneError(
      'unreadable-file',
      'Expected an ONNX model, but the file has no graph or no operator set. It is another format, or damaged.',
    )
  }
  if (graph.sparseInitializer.length > 0) {
    throw new HalftoneError('unsupported', 'The model has sparse constants. Save it with dense ones.')
  }
  const initializers = new Map<string, OnnxTensor>()
  for (const proto of graph.initializer) initializers.set(proto.name, readTensor(proto, external))
  const nodes: OnnxNode[] = []
  for (const proto of graph.node) {
    const node = readNode(proto, external)
    const constant = node.op === 'Constant' && node.domain === '' ? constantOf(node) : undefined
    if (constant) initializers.set(node.outputs[0]!, constant)
    else nodes.push(node)
  }
  return {
    name: graph.name,
    irVersion: Number(model.irVersion),
    opsets: new Map(
      model.opsetImport.map(({ domain, version }) => [domain === 'ai.onnx' ? '' : domain, Number(version)]),
    ),
    // Before IR 4 every initializer had to be listed among the inputs too.
    inputs: readInputs(graph).filter(({ name }) => !initializers.has(name)),
    outputs: graph.output.map(readValueInfo),
    nodes: checked(graph, nodes, initializers),
    initializers,
    metadata: new Map(model.metadataProps.map(({ key, value }) => [key, value])),
    functions: model.functions,
  }
}

/**
 * The files beside the model that hold its data, as it names them: paths from the model's folder, not to be trusted.
 * @throws HalftoneError `unreadable-file` for what is not ONNX
 */
export function externalLocations(bytes: Uint8Array): readonly string[] {
  const graph = decode(bytes).graph
  const inNodes = (graph?.node ?? []).flatMap(({ attribute }) => attribute.flatMap(({ t }) => (t ? [t] : [])))
  const locations = [...(graph?.initializer ?? []), ...inNodes].map(externalLocation)
  return [...new Set(locations)].filter((location) => location !== '')
}

function decode(bytes: Uint8Array): ModelProto {
  if (bytes.length === 0)
    throw new HalftoneError('unreadable-file', 'Expected an ONNX model, but the file is empty.')
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false })
  } catch (cause) {
    throw new HalftoneError(
      'unreadable-file',
      'Expected an ONNX model (protobuf), but the file could not be decoded: it is another format, or was cut short.',
      { cause },
    )
  }
}

const readInputs = (graph: GraphProto): ValueInfo[] => graph.input.map(readValueInfo)

function readValueInfo(proto: ValueInfoProto): ValueInfo {
  if (proto.type?.value.case !== 'tensorType') return { name: proto.name }
  const { elemType, shape } = proto.type.value.value
  const type = elementTypeOf(elemType)
  const dims = shape?.dim.map(({ value }): Dimension => {
    if (value.case === 'dimValue') return Number(value.value)
    return value.case === 'dimParam' && value.value !== '' ? value.value : null
  })
  return { name: proto.name, ...(type && { type }), ...(dims && { shape: dims }) }
}

function readNode(proto: NodeProto, external: ExternalData | undefined): OnnxNode {
  const attributes: Record<string, Attribute> = Object.create(null) as Record<string, Attribute>
  for (const each of proto.attribute) attributes[each.name] = readAttribute(each, external)
  return {
    name: proto.name,
    op: proto.opType,
    domain: proto.domain === 'ai.onnx' ? '' : proto.domain,
    inputs: proto.input,
    outputs: proto.output,
    attributes,
  }
}

function readAttribute(proto: AttributeProto, external: ExternalData | undefined): Attribute {
  const text = (bytes: Uint8Array): string => getTextEncoding().decodeUtf8(bytes)
  switch (proto.type) {
    case Kind.INT:
      return { kind: 'int', value: Number(proto.i) }
    case Kind.FLOAT:
      return { kind: 'float', value: proto.f }
    case Kind.STRING:
      return { kind: 'string', value: text(proto.s) }
    case Kind.INTS:
      return { kind: 'ints', value: proto.ints.map(Number) }
    case Kind.FLOATS:
      return { kind: 'floats', value: proto.floats }
    case Kind.STRINGS:
      return { kind: 'strings', value: proto.strings.map(text) }
    case Kind.TENSOR:
      return proto.t
        ? { kind: 'tensor', value: readTensor(proto.t, external) }
        : { kind: 'opaque', value: proto }
    default:
      return { kind: 'opaque', value: proto }
  }
}

function constantOf(node: OnnxNode): OnnxTensor | undefined {
  const [entry] = Object.entries(node.attributes)
  if (!entry || node.outputs.length !== 1) return undefined
  const [, { kind, value }] = entry
  switch (kind) {
    case 'tensor':
      return value
    case 'int':
      return { type: 'int64', shape: [], data: BigInt64Array.of(toInt64(value)) }
    case 'ints':
      return { type: 'int64', shape: [value.length], data: BigInt64Array.from(value, toInt64) }
    case 'float':
      return { type: 'float', shape: [], data: Float32Array.of(value) }
    case 'floats':
      return { type: 'float', shape: [value.length], data: Float32Array.from(value) }
    default:
      return undefined
  }
}

function checked(
  graph: GraphProto,
  nodes: readonly OnnxNode[],
  initializers: ReadonlyMap<string, OnnxTensor>,
): readonly OnnxNode[] {
  const sorted = sortNodes(nodes, [...graph.input.map(({ name }) => name), ...initializers.keys()])
  if (graph.output.length === 0) throw new HalftoneError('unreadable-file', 'The model has no output.')
  const made = new Set([...initializers.keys(), ...graph.input.map(({ name }) => name)])
  for (const node of nodes) for (const output of node.outputs) made.add(output)
  for (const { name } of graph.output) {
    if (!made.has(name)) {
      throw new HalftoneError(
        'unreadable-file',
        `The model's output '${name}' is made by no node. The file is damaged.`,
      )
    }
  }
  return sorted
}
