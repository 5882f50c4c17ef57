import type { Launch } from '../process/Child'
import type { Connection } from '../process/Connection'
import type { FromChild, ToChild } from '../process/protocol'
import type { Handlers } from './handlers'

/** The lab's end of an engine process. */
export type EngineConnection = Connection<Handlers>

/** Starts an engine process: what runs there is `child.ts`. */
export type LaunchEngine = Launch<ToChild, FromChild>
