import type { Host } from '#contract/host'
import { browserPorts } from './browserPorts'
import { HttpHost } from './http'

/** The host that this page was opened by. */
export function openHost(): Host {
  return new HttpHost(browserPorts(window))
}
