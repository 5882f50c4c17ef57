import type { RunTensor } from '#core/onnx/facts'
import type { GraphKind, GraphPorts } from './GraphKind'

/** A graph that is ready to run. */
export interface GraphSession extends AsyncDisposable {
  /**
   * One run of the graph.
   * @param outputs the outputs to compute; nothing that only others need is returned
   * @param into memory for outputs, by name: a session that can writes them there, and gives back just that memory
   * @throws HalftoneError `shape-mismatch` when the graph refuses what it is fed
   */
  run(
    feeds: Readonly<Record<string, RunTensor>>,
    outputs: readonly string[],
    into?: Readonly<Record<string, RunTensor>>,
  ): Promise<Readonly<Record<string, RunTensor>>>
}

/** A session with the names of what goes in and comes out. */
export interface OpenedGraph {
  readonly ports: GraphPorts
  readonly session: GraphSession
}

/**
 * Makes a session of one kind of graph of a model, built or kept from before. Handed in, so that the core needs neither an
 * engine nor a disk of its own.
 * @throws HalftoneError `unreadable-file` when the graph cannot be run; what building it throws
 */
export type OpenGraph = (kind: GraphKind) => Promise<OpenedGraph>
