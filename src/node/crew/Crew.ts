import { graphName } from '#core/models/GraphKind'
import type { PreparedGraph } from '../onnx/openPrepared'
import type { GraphCall, GraphHandlers } from './protocol'
import { startThread, type CrewMember } from './threads'

/** Prepares a model's graph; see `GraphOpener.prepare`. */
export type Prepare = (kind: GraphCall['kind'], refused: number) => Promise<PreparedGraph>

/**
 * A thread for each core, each with sessions of one thread of its own. All models of a process share them. They start when they
 * are first needed, and one that was lost is started again.
 */
export class Crew implements AsyncDisposable {
  readonly size: number
  readonly #copies: number
  readonly #models = new Map<number, Prepare>()
  readonly #tooLarge = new Set<number>()
  /** Graphs that were prepared, until the last thread has fetched them. */
  readonly #prepared = new Map<string, { readonly graph: Promise<PreparedGraph>; fetched: number }>()
  readonly #members: CrewMember[] = []
  #next = 1

  /**
   * @param size how many threads
   * @param copies bytes that all copies of a graph may come to that is not kept on the disk, from where the threads map it
   */
  constructor(size: number, copies = 2 ** 30) {
    this.size = size
    this.#copies = copies
  }

  /** Whether a call failed because the model's graphs are too large to be copied for every thread. */
  isTooLarge(model: number): boolean {
    return this.#tooLarge.has(model)
  }

  /** A number that no other model and no other attack has. */
  number(): number {
    return this.#next++
  }

  /** Makes a model's graphs known to the threads. */
  add(model: number, prepare: Prepare): void {
    this.#models.set(model, prepare)
  }

  remove(model: number): void {
    this.#models.delete(model)
    this.#tooLarge.delete(model)
    for (const key of this.#prepared.keys()) if (key.startsWith(`${model} `)) this.#prepared.delete(key)
  }

  /** So many of the threads, running. */
  members(count = this.size): readonly CrewMember[] {
    for (let i = 0; i < Math.min(count, this.size); i++) {
      if (!this.#members[i]?.alive) this.#members[i] = startThread(this.#graphs)
    }
    return this.#members.slice(0, count)
  }

  /** The threads that run now. */
  running(): readonly CrewMember[] {
    return this.#members.filter(({ alive }) => alive)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.running().map((member) => member.close()))
  }

  readonly #graphs: GraphHandlers = {
    graph: async ({ model, kind, refused }) => {
      const key = `${model} ${graphName(kind)} ${refused}`
      const known = this.#prepared.get(key) ?? { graph: this.#prepare(model, kind, refused), fetched: 0 }
      this.#prepared.set(key, known)
      if (++known.fetched >= this.running().length) this.#prepared.delete(key)
      known.graph.catch(() => this.#prepared.delete(key))
      return await known.graph
    },
  }

  async #prepare(model: number, kind: GraphCall['kind'], refused: number): Promise<PreparedGraph> {
    const prepared = await this.#models.get(model)!(kind, refused)
    const { graph } = prepared
    if (typeof graph.model === 'string') return prepared
    if (graph.model.length * this.size > this.#copies) {
      this.#tooLarge.add(model)
      throw new Error('The graph is too large to be copied for every thread.')
    }
    // In shared memory a message does not copy it.
    return { ...prepared, graph: { ...graph, model: shared(graph.model) } }
  }
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length))
  copy.set(bytes)
  return copy
}
