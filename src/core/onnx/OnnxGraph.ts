import type { AttributeProto, FunctionProto } from './gen/onnx_pb'

/** The array that holds a tensor's elements. float16 and bfloat16 stay as their bits; bool is 0 or 1. */
export interface ElementArrays {
  readonly float: Float32Array
  readonly double: Float64Array
  readonly int64: BigInt64Array
  readonly uint64: BigUint64Array
  readonly int32: Int32Array
  readonly uint32: Uint32Array
  readonly int16: Int16Array
  readonly uint16: Uint16Array
  readonly int8: Int8Array
  readonly uint8: Uint8Array
  readonly bool: Uint8Array
  readonly float16: Uint16Array
  readonly bfloat16: Uint16Array
  readonly string: readonly string[]
}

export type ElementType = keyof ElementArrays

/** A constant of the graph, row-major. Its data may share memory with the file it was read from: never written to. */
export type OnnxTensor = {
  [T in ElementType]: {
    readonly type: T
    readonly shape: readonly number[]
    readonly data: ElementArrays[T]
  }
}[ElementType]

/** An attribute with its ONNX kind. `opaque` is a subgraph or another kind that is carried along and not looked into. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'floats'; readonly value: readonly number[] }
  | { readonly kind: 'strings'; readonly value: readonly string[] }
  | { readonly kind: 'tensor'; readonly value: OnnxTensor }
  | { readonly kind: 'opaque'; readonly value: AttributeProto }

export type Attributes = Readonly<Record<string, Attribute>>

/** One operation. An empty name among the inputs or outputs stands for one that is left out. */
export interface OnnxNode {
  readonly name: string
  readonly op: string
  /** Empty for the operators of ONNX itself. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Attributes
}

/** A length, the name of a symbolic one (the batch, as a rule), or null where the file says nothing. */
export type Dimension = number | string | null

/** An input or output. Outputs may leave out type and shape; ONNX Runtime infers them. */
export interface ValueInfo {
  readonly name: string
  readonly type?: ElementType
  readonly shape?: readonly Dimension[]
}

/** An ONNX model in the form that Halftone works on: nodes stand in order of execution. */
export interface OnnxGraph {
  readonly name: string
  readonly irVersion: number
  /** Version of each operator set by domain; '' is ONNX's own. */
  readonly opsets: ReadonlyMap<string, number>
  readonly inputs: readonly ValueInfo[]
  readonly outputs: readonly ValueInfo[]
  readonly nodes: readonly OnnxNode[]
  readonly initializers: ReadonlyMap<string, OnnxTensor>
  /** Free text that travels with the model (metadata_props): class names, how it was made. */
  readonly metadata: ReadonlyMap<string, string>
  /** Model-local functions, carried along. */
  readonly functions: readonly FunctionProto[]
  /** What is said of tensors inside; not read from files, and written only where it is of use. */
  readonly values?: readonly ValueInfo[]
}

/** How a node is called in messages: its operator and its name, or its first output where it has none. */
export function describeNode(node: OnnxNode): string {
  const op = node.domain === '' ? node.op : `${node.domain}.${node.op}`
  return node.name === '' ? `${op} (output '${node.outputs[0] ?? ''}')` : `${op} '${node.name}'`
}
