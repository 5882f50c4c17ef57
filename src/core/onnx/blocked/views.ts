import type { OnnxNode } from '../OnnxGraph'
import { sameShape, type BlockedGraph, type Shape } from './BlockedGraph'
import { isElementwise } from './elementwise'

/**
 * ONNX Runtime writes sums and products of two blocked tensors as views by five axes where it cannot prove that their batch
 * is the same. Here it is known to be, and the operator is taken to the tensors themselves.
 */
export class Views {
  readonly #work: BlockedGraph
  /** From the name of a view by five axes to the blocked tensor that it shows. */
  readonly #shown = new Map<string, string>()

  constructor(work: BlockedGraph) {
    this.#work = work
  }

  /** @returns whether the node is written anew */
  rewritten(node: OnnxNode): boolean {
    if (node.domain !== '') return false
    if (node.op === 'Reshape') return this.#reshape(node)
    return isElementwise(node) && this.#elementwise(node)
  }

  #reshape(node: OnnxNode): boolean {
    const [input, output] = [node.inputs[0]!, node.outputs[0]!]
    const shown = this.#shown.get(input)
    const [from, to] = [this.#work.shape(shown ?? input), this.#work.shape(output)]
    if (shown !== undefined && sameShape(from, to)) {
      this.#work.alias(output, shown)
      return true
    }
    if (isView(from, to, this.#work.block)) this.#shown.set(output, input)
    return false
  }

  #elementwise(node: OnnxNode): boolean {
    const { inputs, outputs, attributes, op, domain } = node
    const [output] = outputs
    const shown = inputs.map((input) => this.#shown.get(input))
    const [first] = shown
    if (outputs.length !== 1 || first === undefined) return false
    const shape = this.#work.shape(first)
    if (!shown.every((name) => name !== undefined && sameShape(this.#work.shape(name), shape))) return false
    const made = this.#work.add(op, shown as string[], attributes, domain)
    this.#work.shapeLike(made, first)
    this.#shown.set(output!, made)
    // The view itself, for whoever reads it by five axes.
    this.#work.keep(node)
    return true
  }
}

function isView(from: Shape | undefined, to: Shape | undefined, block: number): boolean {
  if (from?.length !== 4 || to?.length !== 5 || to[4] !== block) return false
  const channels = from[1]
  if (typeof channels !== 'number' || to[1] !== Math.ceil(channels / block)) return false
  return [0, 2, 3].every((axis) => from[axis] === to[axis])
}
