import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { BlobRef, Host } from '#contract/host'
import type { PhoneStation } from '#lab/ports/PhoneStation'
import type { LabClient } from '#node/lab/LabClient'
import { LabProcess } from '#node/lab/LabProcess'
import { openLab } from '#node/lab/openLab'
import { serveLab } from '#node/lab/serveLab'
import { ElectronHost } from '#renderer/host/electron'
import { HttpHost } from '#renderer/host/http'
import { electronBridge } from '../support/electronBridge'
import { labClient } from '../support/labClient'
import { localLaunch } from '../support/localLaunch'
import { nodePorts } from '../support/nodePorts'
import { startServer } from '../support/openServer'
import { fakeContestant } from './fakeContestant'

/** A host that the contract's list is run against. */
export interface Contestant {
  readonly host: Host
  /** What an `img` or a link of the page would get; null where it gets nothing. */
  read(ref: BlobRef, side?: number): Promise<Uint8Array | null>
  /** Puts a file into an experiment's folder, behind the host's back. */
  place(ref: BlobRef, bytes: Uint8Array): Promise<void>
  /** An uploaded file, from where the lab was told it lies. */
  uploaded(path: string): Promise<Uint8Array>
  close(): Promise<void>
}

/** @param bug has the lab fail by a bug when the page for phones is closed; null where no bug can be put in */
export type OpenContestant = (folder: string, bug: boolean) => Promise<Contestant | null>

/** Something that throws what no user can cause. */
const broken: PhoneStation = {
  open: () => Promise.reject(new TypeError('oops')),
  close: () => Promise.reject(new TypeError('oops')),
  state: () => ({ open: false, experiment: null, urls: [], phones: 0, photos: [] }),
  listen: () => () => undefined,
}

function inProcess(folder: string, bug: boolean): LabClient {
  const { lab, ...opened } = openLab({ folder, ...(bug && { phone: broken }) })
  return { ...labClient(lab), [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose]() }
}

function inItsOwn(folder: string, bug: boolean): LabClient {
  if (!bug) return new LabProcess({ folder })
  const launch = localLaunch((port) => {
    serveLab(port, { phone: () => broken })
  })
  return new LabProcess({ folder }, { launch })
}

export function onDisk(folder: string): Pick<Contestant, 'place' | 'uploaded'> {
  return {
    async place({ experiment, path }, bytes) {
      const file = join(folder, experiment, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, bytes)
    },
    uploaded: (path) => readFile(path),
  }
}

function throughElectron(lab: LabClient, folder: string): Contestant {
  const desktop = {
    pick: () => Promise.resolve([]),
    askWhere: () => Promise.resolve(null),
    printPdf: () => Promise.resolve(),
    showInFolder: () => undefined,
  }
  const uploads = join(folder, '.halftone', 'uploads')
  return {
    host: new ElectronHost(electronBridge(lab, { desktop, folder, uploads })),
    ...onDisk(folder),
    async read(ref, side) {
      const reply = await lab.blob(ref, side)
      return reply.ok ? reply.value.bytes : null
    },
    close: () => Promise.resolve(lab[Symbol.asyncDispose]()),
  }
}

async function throughHttp(lab: LabClient, folder: string): Promise<Contestant> {
  const { server, origin, cookie } = await startServer(lab, join(folder, '.page'), {
    uploads: join(folder, '.halftone', 'uploads'),
  })
  const host = new HttpHost(nodePorts(origin, () => cookie))
  return {
    host,
    ...onDisk(folder),
    async read(ref, side) {
      const response = await fetch(host.blobUrl(ref, side), { headers: { cookie } })
      return response.ok ? new Uint8Array(await response.arrayBuffer()) : null
    },
    async close() {
      host.close()
      await server.close()
      await lab[Symbol.asyncDispose]()
    },
  }
}

export const contestants: Readonly<Record<string, OpenContestant>> = {
  'Electron’s page and main process, with the lab in this process': (folder, bug) =>
    Promise.resolve(throughElectron(inProcess(folder, bug), folder)),
  'Electron’s page and main process, with the lab in its own': (folder, bug) =>
    Promise.resolve(throughElectron(inItsOwn(folder, bug), folder)),
  'a browser’s page and the server, with the lab in its own process': (folder, bug) =>
    throughHttp(inItsOwn(folder, bug), folder),
  'the fake of component tests': () => Promise.resolve(fakeContestant()),
}
