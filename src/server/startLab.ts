import { resolve } from 'node:path'
import { halftoneFolder } from '#node/lab/halftoneFolder'
import type { LabOptions } from '#node/lab/openLab'
import type { LabEvent } from '#node/lab/protocol'
import { serveLab } from '#node/lab/serveLab'
import type { FromChild, ToChild } from '#node/process/protocol'
import type { Port } from '#node/process/serve'
import { PhoneServer } from './phone/PhoneServer'

/**
 * Makes this process the lab of a window or a server, with the page for phones.
 *
 * @param port to the host: `forkedPort()`, or one over the parentPort of Electron's utility process
 * @param options how it gets an engine where it may not fork one
 */
export function startLab(
  port: Port<FromChild<LabEvent>, ToChild>,
  options: Pick<LabOptions, 'launchEngine'> = {},
): void {
  serveLab(port, {
    ...options,
    phone: (folder) => new PhoneServer({ uploads: halftoneFolder(resolve(folder)).uploads }),
  })
}
