import type { FromChild, ToChild } from '../process/protocol'
import { serve, type Port } from '../process/serve'
import { createLabHandlers } from './labHandlers'
import { openLab, type LabOptions } from './openLab'
import type { LabEvent } from './protocol'

/** What cannot cross: the page for phones, and how this process gets an engine where it may not fork one. */
export type ServeLabOptions = Pick<LabOptions, 'phone' | 'launchEngine'>

/** Makes this process a lab that answers its host over a port, and ends in order with it. */
export function serveLab(port: Port<FromChild<LabEvent>, ToChild>, options: ServeLabOptions = {}): void {
  const handlers = createLabHandlers(
    (given) => openLab({ ...given, ...options }),
    (event) => {
      port.send({ type: 'event', event })
    },
  )
  serve(port, handlers)
  port.onClose(() => {
    void handlers.close().finally(() => process.exit(0))
  })
}
