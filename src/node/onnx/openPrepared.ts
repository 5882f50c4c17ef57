import type { GraphPorts } from '#core/models/GraphKind'
import type { OpenedGraph } from '#core/models/GraphSession'
import type { SessionGraph } from './optimise'
import { createSession } from './sessionFactory'

/** A graph as sessions are made of it, and what goes in and comes out. */
export interface PreparedGraph {
  readonly ports: GraphPorts
  readonly graph: SessionGraph
}

/**
 * Makes a session of a prepared graph. One that was kept on the disk may be of no use: then it is prepared again, until it is
 * handed over in memory, and what is wrong with that comes out.
 * @param prepare is told how many were refused
 * @throws HalftoneError as {@link createSession}, and what `prepare` throws
 */
export async function openPrepared(
  prepare: (refused: number) => Promise<PreparedGraph>,
  threads: number,
): Promise<OpenedGraph> {
  for (let refused = 0; ; refused++) {
    const { ports, graph } = await prepare(refused)
    try {
      return { ports, session: await createSession(graph, threads) }
    } catch (error) {
      if (typeof graph.model !== 'string') throw error
    }
  }
}
