import type { RunTensor } from '#core/onnx/facts'

/** A graph that is ready to run. */
export interface GraphSession extends AsyncDisposable {
  /**
   * One run of the graph.
   * @param outputs the outputs to compute; nothing that only others need is returned
   * @throws HalftoneError `shape-mismatch` when the graph refuses what it is fed
   */
  run(
    feeds: Readonly<Record<string, RunTensor>>,
    outputs: readonly string[],
  ): Promise<Readonly<Record<string, RunTensor>>>
}

/**
 * Makes a session of the bytes of an ONNX file. Handed in, so that the core needs no engine of its own.
 * @throws HalftoneError `unreadable-file` when the graph cannot be run
 */
export type SessionFactory = (model: Uint8Array) => Promise<GraphSession>
