import { HalftoneError } from '../errors'
import { describeNode } from './OnnxGraph'
import type { OnnxNode } from './OnnxGraph'
import { readsOf } from './subgraphs'

/**
 * Nodes in order of execution: as they stand where that already holds, which ONNX asks for and most files keep.
 * @param given names known from the start: inputs and initializers.
 * @throws HalftoneError `unreadable-file` for a name made twice, a name that nothing makes, and a cycle.
 */
export function sortNodes(nodes: readonly OnnxNode[], given: Iterable<string>): readonly OnnxNode[] {
  const known = new Set(given)
  const makers = new Map<string, number>()
  nodes.forEach((node, index) => {
    for (const output of node.outputs) {
      if (output === '') continue
      if (makers.has(output) || known.has(output)) {
        throw new HalftoneError(
          'unreadable-file',
          `${describeNode(node)}: '${output}' is made more than once.`,
        )
      }
      makers.set(output, index)
    }
  })
  const waiting = nodes.map(() => 0)
  const users = nodes.map((): number[] => [])
  nodes.forEach((node, index) => {
    const own = new Set(node.inputs)
    for (const input of readsOf(node)) {
      if (input === '' || known.has(input)) continue
      const maker = makers.get(input)
      if (maker === undefined) {
        if (!own.has(input)) continue
        throw new HalftoneError(
          'unreadable-file',
          `${describeNode(node)}: nothing makes its input '${input}'.`,
        )
      }
      waiting[index]!++
      users[maker]!.push(index)
    }
  })
  return ordered(nodes, waiting, users)
}

/** Kahn's algorithm; a file that is in order already is given back as it stands. */
function ordered(
  nodes: readonly OnnxNode[],
  waiting: readonly number[],
  users: readonly number[][],
): readonly OnnxNode[] {
  if (users.every((later, index) => later.every((user) => user > index))) return nodes
  const left = [...waiting]
  const ready = nodes.flatMap((_, index) => (left[index] === 0 ? [index] : []))
  for (const index of ready) {
    for (const user of users[index]!) if (--left[user]! < 1) ready.push(user)
  }
  if (ready.length !== nodes.length) {
    const stuck = nodes[left.findIndex((count) => count > 0)]!
    throw new HalftoneError(
      'unreadable-file',
      `${describeNode(stuck)} waits for its own result: the graph has a cycle.`,
    )
  }
  return ready.map((index) => nodes[index]!)
}
