import type { OnnxGraph, OnnxNode } from './OnnxGraph'
import { readsOf } from './subgraphs'

/** Who makes and who reads a graph's tensors. */
export class Readers {
  readonly #makers = new Map<string, OnnxNode>()
  readonly #readers = new Map<string, OnnxNode[]>()
  readonly #outputs: ReadonlySet<string>

  constructor({ nodes, outputs }: OnnxGraph) {
    this.#outputs = new Set(outputs.map(({ name }) => name))
    for (const node of nodes) {
      for (const output of node.outputs) this.#makers.set(output, node)
      for (const name of new Set(readsOf(node))) {
        const readers = this.#readers.get(name)
        if (readers) readers.push(node)
        else this.#readers.set(name, [node])
      }
    }
  }

  maker(name: string): OnnxNode | undefined {
    return this.#makers.get(name)
  }

  of(name: string): readonly OnnxNode[] {
    return this.#readers.get(name) ?? []
  }

  /** The one node that reads a tensor that is no output of the graph; undefined where there are none or several. */
  only(name: string): OnnxNode | undefined {
    const readers = this.of(name)
    return readers.length === 1 && !this.#outputs.has(name) ? readers[0] : undefined
  }
}
