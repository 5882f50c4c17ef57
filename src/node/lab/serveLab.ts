import type { PhoneStation } from '#lab/ports/PhoneStation'
import type { FromChild, ToChild } from '../process/protocol'
import { serve, type Port } from '../process/serve'
import { createLabHandlers } from './labHandlers'
import { openLab, type LabOptions } from './openLab'
import type { LabEvent } from './protocol'

/** What cannot cross to a lab process, and is made in it. */
export interface ServeLabOptions extends Pick<LabOptions, 'launchEngine'> {
  /** The page for phones of the lab on a folder of experiments. */
  readonly phone?: (folder: string) => PhoneStation
}

/** Makes this process a lab that answers its host over a port, and ends in order with it. */
export function serveLab(
  port: Port<FromChild<LabEvent>, ToChild>,
  { phone, ...options }: ServeLabOptions = {},
): void {
  const handlers = createLabHandlers(
    (given) => openLab({ ...given, ...options, ...(phone && { phone: phone(given.folder) }) }),
    (event) => {
      port.send({ type: 'event', event })
    },
  )
  serve(port, handlers)
  port.onClose(() => {
    void handlers.close().finally(() => process.exit(0))
  })
}
