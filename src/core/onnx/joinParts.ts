import { int } from './attributes'
import { numbersOf } from './elementTypes'
import type { Fact } from './facts'
import type { GraphBuilder } from './GraphBuilder'

/** A gradient with zeros on one axis before and after it. */
interface Part {
  readonly inner: string
  readonly axis: number
  readonly before: number
  readonly after: number
}

/**
 * The sum of gradients of one tensor that each fill a stretch of it, as of the queries, keys and values that were cut from one
 * product: side by side they are it, with no zeros to write and add.
 * @returns null where they are not stretches of one axis that fill it without a gap or an overlap
 */
export function joinParts(builder: GraphBuilder, whole: Fact, names: readonly string[]): string | null {
  if (names.length < 2) return null
  const parts = names.map((name) => partOf(builder, name))
  if (!parts.every((part) => part !== null)) return null
  const [{ axis }] = parts as [Part, ...Part[]]
  const length = whole.shape[axis]
  if (typeof length !== 'number' || parts.some((part) => part.axis !== axis)) return null
  const ordered = parts.toSorted((one, other) => one.before - other.before)
  let end = 0
  for (const { before, after } of ordered) {
    if (before !== end) return null
    end = length - after
  }
  if (end !== length) return null
  return builder.node(
    'Concat',
    ordered.map(({ inner }) => inner),
    { axis: int(axis) },
    'grad_joined',
  )
}

function partOf(builder: GraphBuilder, name: string): Part | null {
  const node = builder.nodes.findLast(({ outputs }) => outputs[0] === name)
  if (node?.op !== 'Pad' || node.domain !== '' || node.inputs.length !== 2) return null
  const constant = builder.constant(node.inputs[1]!)
  const pads = constant && numbersOf(constant)
  if (!pads || pads.some((count) => count < 0)) return null
  const rank = pads.length / 2
  const padded = [...new Set(pads.flatMap((count, i) => (count > 0 ? [i % rank] : [])))]
  if (padded.length !== 1) return null
  const axis = padded[0]!
  return { inner: node.inputs[0]!, axis, before: pads[axis]!, after: pads[axis + rank]! }
}
