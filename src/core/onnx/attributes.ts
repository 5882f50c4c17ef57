import { HalftoneError } from '../errors'
import { describeNode } from './OnnxGraph'
import type { Attribute, OnnxNode, OnnxTensor } from './OnnxGraph'

export const int = (value: number): Attribute => ({ kind: 'int', value })
export const float = (value: number): Attribute => ({ kind: 'float', value })
export const string = (value: string): Attribute => ({ kind: 'string', value })
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value })
export const floats = (value: readonly number[]): Attribute => ({ kind: 'floats', value })
export const tensorAttribute = (value: OnnxTensor): Attribute => ({ kind: 'tensor', value })

type Value<K extends Attribute['kind']> = Extract<Attribute, { kind: K }>['value']

function attribute<K extends Attribute['kind']>(node: OnnxNode, name: string, kind: K): Value<K> | undefined {
  const found = node.attributes[name]
  if (!found) return undefined
  if (found.kind !== kind) {
    throw new HalftoneError(
      'unreadable-file',
      `${describeNode(node)}: expected attribute ${name} of kind ${kind}, got ${found.kind}.`,
    )
  }
  return found.value as Value<K> | undefined
}

/** @throws HalftoneError `unreadable-file` when the attribute has another kind; so do the others below. */
export function intAttribute(node: OnnxNode, name: string, missing: number): number {
  return attribute(node, name, 'int') ?? missing
}

export function floatAttribute(node: OnnxNode, name: string, missing: number): number {
  return attribute(node, name, 'float') ?? missing
}

export function stringAttribute(node: OnnxNode, name: string, missing: string): string {
  return attribute(node, name, 'string') ?? missing
}

export function intsAttribute(node: OnnxNode, name: string): readonly number[] | undefined {
  return attribute(node, name, 'ints')
}
