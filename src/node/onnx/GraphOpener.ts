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
import { openPrepared, type PreparedGraph } from './openPrepared'

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
    return await openPrepared((refused) => this.prepare(kind, refused), this.#options.threads)
  }

  /**
   * What sessions of that kind are made of, in any number and on any thread.
   * @param refused how many of those that were prepared before ONNX Runtime did not take: the first may be damaged on the disk
   * @throws HalftoneError as {@link buildGraph}
   */
  async prepare(kind: GraphKind, refused = 0): Promise<PreparedGraph> {
    // There are as many graphs for activations as layers, and each is the model over again.
    const entry = kind.kind === 'activations' || refused > 1 ? null : this.#options.entry
    if (refused > 0) await entry?.forget(this.#nameOf(kind))
    const kept = await this.#kept(kind, entry)
    if (kept) return kept
    const built = await this.#build(kind, entry)
    if ('ports' in built) return built
    // Nothing that was built is held any more while a session is made: of a large model that would be several copies. What is found
    // the first time is freed beside the main thread, and some of it only let go by then.
    if (built.bytes > large) freeUnused()
    const again = await this.#kept(kind, entry)
    if (built.bytes > large) freeUnused()
    return again ?? (await this.prepare(kind, 2))
  }

  async #kept(kind: GraphKind, entry: CacheEntry | null): Promise<PreparedGraph | null> {
    const kept = await entry?.graph(this.#nameOf(kind))
    return kept ? { ports: kept.ports, graph: kept } : null
  }

  /** Builds a graph and keeps it; one that cannot be kept is handed over. */
  async #build(
    kind: GraphKind,
    entry: CacheEntry | null,
  ): Promise<PreparedGraph | { readonly bytes: number }> {
    const { built, ports, bytes } = await this.#built(kind, entry)
    const optimised = await optimise(built, this.#options.provider)
    // Bringing a graph into its layout leaves copies of some weights, and keeping it needs room for some of its own.
    if (entry && bytes > large) freeUnused()
    if (await entry?.keepGraph(this.#nameOf(kind), optimised, ports)) return { bytes }
    return { ports, graph: { ...optimised, model: writeModel(optimised.graph) } }
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
