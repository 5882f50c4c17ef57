import type { Events } from '#contract/events'
import type { Launch } from '../process/Child'
import type { Connection } from '../process/Connection'
import type { FromChild, ToChild } from '../process/protocol'
import type { LabHandlers } from './labHandlers'

/** An event of the lab on its way between processes. */
export type LabEvent = { readonly [K in keyof Events]: { name: K; value: Events[K] } }[keyof Events]

/** A host's end of a lab process. */
export type LabConnection = Connection<LabHandlers, LabEvent>

/** Starts a lab process: what runs there is `child.ts`. */
export type LaunchLab = Launch<ToChild, FromChild<LabEvent>>
