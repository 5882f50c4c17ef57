import { buildGraph, graphName, type GraphKind, type GraphPorts } from '#core/models/GraphKind'
import type { OpenedGraph } from '#core/models/GraphSession'
import type { OnnxClassifier } from '#core/models/loadOnnx'
import type { Provider } from '#core/models/ModelInfo'
import { writeModel } from '#core/onnx/writeModel'
import type { CacheEntry } from './cache/CacheEntry'
import { freeUnused } from './freeUnused'
import type { Kept } from './Kept'
import { optimise, type OptimisedGraph } from './optimise'
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
    const { graph, ports, bytes } = await this.#optimised(kind, entry)
    // Bringing a graph into its layout leaves copies of its weights, and keeping it needs room for some of its own.
    if (entry && bytes > large) freeUnused()
    if (await entry?.keepGraph(this.#nameOf(kind), graph, ports)) return { bytes }
    return { ports, session: await createSession(graph, this.#options.threads) }
  }

  /** A graph as the back end takes it. @returns with the bytes that it had before */
  async #optimised(
    kind: GraphKind,
    entry: CacheEntry | null,
  ): Promise<{
    readonly graph: OptimisedGraph & { readonly model: Uint8Array }
    readonly ports: GraphPorts
    readonly bytes: number
  }> {
    const { bytes, ports } = await this.#write(kind, entry)
    if (entry && bytes.length > large) freeUnused()
    return { graph: await optimise(bytes, this.#options.provider), ports, bytes: bytes.length }
  }

  async #write(
    kind: GraphKind,
    entry: CacheEntry | null,
  ): Promise<{ readonly bytes: Uint8Array; readonly ports: GraphPorts }> {
    const { classifier } = this.#options
    const { graph, ports } = buildGraph(await classifier.get(), kind)
    const bytes = writeModel(graph)
    // Who has asked for gradients has asked for scores as well, and the next start does without the model.
    if (entry && kind.kind === 'gradient' && bytes.length > large) await classifier.letGo()
    return { bytes, ports }
  }

  #nameOf(kind: GraphKind): string {
    return `${this.#options.provider} ${graphName(kind)}`
  }
}
