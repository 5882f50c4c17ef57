import { buildGraph, graphName, type GraphKind, type GraphPorts } from '#core/models/GraphKind'
import type { OpenedGraph } from '#core/models/GraphSession'
import type { OnnxClassifier } from '#core/models/loadOnnx'
import type { Provider } from '#core/models/ModelInfo'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { writeModel } from '#core/onnx/writeModel'
import { sizeOf } from '#core/tensor/Tensor'
import type { CacheEntry } from './cache/CacheEntry'
import { freeUnused } from './freeUnused'
import type { Kept } from './Kept'
import { optimise } from './optimise'
import { createSession } from './sessionFactory'

export interface GraphOpenerOptions {
  readonly provider: Provider
  /** Threads of the CPU back end. */
  readonly threads: number
  /** The model, read and understood, which takes a while. */
  readonly classifier: Kept<OnnxClassifier>
  /** Where the model's graphs are kept; null when they are not. */
  readonly entry: CacheEntry | null
}

/** Bytes of a graph from which on its copies are not left lying about. */
const large = 64 * 2 ** 20

/** Makes sessions of a model's graphs, of those that were kept before and else of newly built ones. */
export class GraphOpener {
  readonly #options: GraphOpenerOptions

  constructor(options: GraphOpenerOptions) {
    this.#options = options
  }

  /** @throws HalftoneError as {@link buildGraph} and {@link createSession} */
  async open(kind: GraphKind): Promise<OpenedGraph> {
    const { entry } = this.#options
    // There are as many graphs for activations as layers, and each is the model over again.
    if (!entry || kind.kind === 'activations') return await this.#build(kind, null)
    return (await this.#reopen(kind, entry)) ?? (await this.#build(kind, entry))
  }

  /** Null for a graph that is not kept, or of no use: what is really wrong comes out when it is built. */
  async #reopen(kind: GraphKind, entry: CacheEntry): Promise<OpenedGraph | null> {
    const kept = await entry.graph(this.#nameOf(kind))
    if (!kept) return null
    try {
      return { ports: kept.ports, session: await createSession(kept, this.#options.threads) }
    } catch {
      await entry.forget(this.#nameOf(kind))
      return null
    }
  }

  async #build(kind: GraphKind, entry: CacheEntry | null): Promise<OpenedGraph> {
    const built = await this.#prepare(kind, entry)
    if ('session' in built) return built
    // Nothing that was built is held any more while the session is made: of a large model that would be several copies.
    if (built.bytes > large) freeUnused()
    return (await this.#reopen(kind, entry!)) ?? (await this.#build(kind, null))
  }

  /** Builds a graph and keeps it; where it cannot be kept, its session is made at once. */
  async #prepare(
    kind: GraphKind,
    entry: CacheEntry | null,
  ): Promise<OpenedGraph | { readonly bytes: number }> {
    const { built, ports, bytes } = await this.#built(kind, entry)
    const optimised = await optimise(built, this.#options.provider)
    // Bringing a graph into its layout leaves copies of some weights, and keeping it needs room for some of its own.
    if (entry && bytes > large) freeUnused()
    if (await entry?.keepGraph(this.#nameOf(kind), optimised, ports)) return { bytes }
    const session = { ...optimised, model: writeModel(optimised.graph) }
    return { ports, session: await createSession(session, this.#options.threads) }
  }

  /** A graph of standard operators. @returns with the bytes of its constants */
  async #built(
    kind: GraphKind,
    entry: CacheEntry | null,
  ): Promise<{ readonly built: OnnxGraph; readonly ports: GraphPorts; readonly bytes: number }> {
    const { classifier } = this.#options
    const { graph: built, ports } = buildGraph(await classifier.get(), kind)
    const bytes = [...built.initializers.values()].reduce((sum, { shape }) => sum + 4 * sizeOf(shape), 0)
    // Who has asked for gradients has asked for scores as well, and the next start does without the model.
    if (entry && kind.kind === 'gradient' && bytes > large) await classifier.letGo()
    return { built, ports, bytes }
  }

  #nameOf(kind: GraphKind): string {
    return `${this.#options.provider} ${graphName(kind)}`
  }
}
