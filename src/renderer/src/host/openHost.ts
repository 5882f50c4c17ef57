import type { Host } from '#contract/host'

/** The host that this page was opened by. */
export function openHost(): Host {
  throw new Error('This page was opened by no host that it knows.')
}
