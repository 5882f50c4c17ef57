import { intAttribute } from '../attributes'
import type { OnnxNode } from '../OnnxGraph'
import type { BlockedGraph } from './BlockedGraph'
import type { Demand } from './demand'

/** True for a Concat or Split along the channels, whose pieces lie one behind the other in whole blocks too. */
export function joinsOrParts(node: OnnxNode): boolean {
  const { op, domain } = node
  return domain === '' && (op === 'Concat' || op === 'Split') && intAttribute(node, 'axis', 0) === 1
}

/** Joins blocked tensors, where most of them are blocked and all have whole blocks. */
export function blockConcat(work: BlockedGraph, node: OnnxNode, demand: Demand): boolean {
  const [output] = node.outputs
  const pieces = node.inputs.map((input) => channelsOf(work, input))
  if (!pieces.every((count) => count !== null && count % work.block === 0)) return false
  const total = pieces.reduce<number>((sum, count) => sum + count!, 0)
  const there = node.inputs.reduce(
    (sum, input, place) => sum + (work.twin(input) === undefined ? 0 : pieces[place]!),
    0,
  )
  if (there < total && (there < total / 2 || !demand.blocked(output!))) return false
  const inputs = node.inputs.map((input) => work.blocked(input))
  work.settle(output!, work.add('Concat', inputs, node.attributes), total)
  return true
}

/** Parts a blocked tensor into whole blocks. */
export function blockSplit(work: BlockedGraph, node: OnnxNode): boolean {
  const [input, ...sizes] = node.inputs
  const blocked = input === undefined ? undefined : work.twin(input)
  if (blocked === undefined) return false
  const pieces = node.outputs.map((output) => channelsOf(work, output))
  if (!pieces.every((count) => count !== null && count % work.block === 0)) return false
  const outputs = work.addSeveral('Split', [blocked, ...sizes], node.outputs.length, node.attributes)
  node.outputs.forEach((output, place) => work.settle(output, outputs[place]!, pieces[place]!))
  return true
}

/** The channels of a tensor [n, c, h, w], null where it is none or they are not known. */
function channelsOf(work: BlockedGraph, name: string): number | null {
  const shape = work.shape(name)
  return shape?.length === 4 ? (shape[1] ?? null) : null
}
