import { isIPv6 } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

const loopback = ['localhost', '127.0.0.1', '::1']

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127(\.\d+){3}$/.test(address)
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** The machine's own addresses on its networks, IPv4 before IPv6, link-local ones left out. */
export function networkAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address)
}

/**
 * Whether a request may name us so. A page of somebody else's that has its own name resolve to our address (DNS
 * rebinding) still names itself in the Host header.
 *
 * @param listen the address that is listened at
 */
export function isOurName(name: string, listen: string): boolean {
  const plain = name.toLowerCase().replace(/^\[(.*)\]$/, '$1')
  if (isLoopback(listen)) return loopback.includes(plain) || plain === listen
  const own = hostname().toLowerCase()
  const short = own.split('.')[0]!
  const names = [...loopback, own, short, `${short}.local`, listen]
  return names.includes(plain) || (isWildcard(listen) && networkAddresses().includes(plain))
}

/** The addresses by which others reach what listens at this one, the likeliest first. */
export function reachableAt(listen: string): readonly string[] {
  return isWildcard(listen) ? networkAddresses() : [listen]
}

/** An address as it stands in a URL. */
export function inUrl(address: string): string {
  return isIPv6(address) ? `[${address}]` : address
}
