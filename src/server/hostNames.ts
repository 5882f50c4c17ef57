import { isIPv6 } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'

const loopback = ['localhost', '127.0.0.1', '::1']

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127(\.\d+){3}$/.test(address)
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::'
}

/** Networks within the machine: of containers, virtual machines, tunnels. Others cannot come in by them, or seldom. */
const virtual =
  /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|podman|tun|tap|wg|utun|awdl|llw|bridge|zt)/

/** The machine's own addresses on its networks, the likeliest to be reached first; link-local ones are left out. */
export function networkAddresses(): readonly string[] {
  return Object.entries(networkInterfaces())
    .flatMap(([name, list]) => (list ?? []).map((each) => ({ name, ...each })))
    .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
    .sort((a, b) => rank(a) - rank(b))
    .map(({ address }) => address)
}

/** Lower is likelier. */
function rank({ name, family, address }: { name: string; family: string; address: string }): number {
  const home = /^(192\.168|10|172\.(1[6-9]|2\d|3[01]))\./.test(address)
  return (virtual.test(name) ? 4 : 0) + (family === 'IPv4' ? 0 : 2) + (home ? 0 : 1)
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
