import type { Bridge } from '#contract/bridge'
import type { Host } from '#contract/host'
import { browserPorts } from './browserPorts'
import { ElectronHost } from './electron'
import { HttpHost } from './http'

/** The host that this page was opened by: Electron's preload script shows itself, and a browser has none. */
export function openHost(): Host {
  const { halftone } = window as { readonly halftone?: Bridge }
  return halftone ? new ElectronHost(halftone) : new HttpHost(browserPorts(window))
}
