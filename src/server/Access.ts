import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isOurName } from './hostNames'

/** Why a request is not let in. */
export interface Refusal {
  readonly status: 400 | 401 | 403
  readonly why: string
}

/**
 * Who may come in: those who bring the token of the opened address, once, and then the cookie that they got for it.
 * Every request must name this machine as its host and, where a page sent it, come from our own page.
 */
export class Access {
  /** 192 random bits; stands in the address that is opened. */
  readonly token = secret()
  readonly #session = secret()
  readonly #tickets = new Set<string>()
  readonly #listen: string
  readonly #port: () => number

  /** @param port known once the server listens */
  constructor(listen: string, port: () => number) {
    this.#listen = listen
    this.#port = port
  }

  /** Host and Origin alone: what everybody is held to, also who brings a token. */
  checkOrigin(request: IncomingMessage): Refusal | null {
    const { host, origin } = request.headers
    const ours = host === undefined ? null : hostOf(`http://${host}`)
    if (!ours || !isOurName(ours.hostname, this.#listen)) {
      return { status: 403, why: `the host "${host ?? ''}" is not this machine's` }
    }
    const fromPage = request.method !== 'GET' || request.headers.upgrade !== undefined
    if (origin === undefined) return fromPage ? { status: 403, why: 'no origin' } : null
    // A proxy that speaks TLS keeps the host and has another scheme.
    return hostOf(origin)?.host === ours.host
      ? null
      : { status: 403, why: `the origin "${origin}" is foreign` }
  }

  /** All that a request for anything but the door is held to. */
  check(request: IncomingMessage): Refusal | null {
    const foreign = this.checkOrigin(request)
    if (foreign) return foreign
    const site = request.headers['sec-fetch-site']
    const opened = request.headers['sec-fetch-mode'] === 'navigate'
    if (site !== undefined && site !== 'same-origin' && site !== 'none' && !opened) {
      return { status: 403, why: 'another page asked for it' }
    }
    const cookie = cookieIn(request.headers.cookie ?? '', this.#cookieName)
    if (cookie === undefined) return { status: 401, why: 'no token' }
    return same(cookie, this.#session) ? null : { status: 401, why: 'a wrong or an older token' }
  }

  /**
   * A token that works once. For a browser that is started with the address: other users of the machine see what programs
   * are started with.
   */
  ticket(): string {
    const ticket = secret()
    this.#tickets.add(ticket)
    return ticket
  }

  /** @returns the Set-Cookie header for who brings the token or a ticket */
  exchange(token: string): string | null {
    const ticket = [...this.#tickets].find((each) => same(token, each))
    if (ticket !== undefined) this.#tickets.delete(ticket)
    else if (!same(token, this.token)) return null
    return `${this.#cookieName}=${this.#session}; HttpOnly; SameSite=Strict; Path=/`
  }

  /** Cookies are shared by all ports of a host; two servers must not take each other's. */
  get #cookieName(): string {
    return `halftone-${this.#port()}`
  }
}

function secret(): string {
  return randomBytes(24).toString('base64url')
}

export function hostOf(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null
}

export function cookieIn(header: string, name: string): string | undefined {
  for (const part of header.split(';')) {
    const cut = part.indexOf('=')
    if (cut > 0 && part.slice(0, cut).trim() === name) return part.slice(cut + 1).trim()
  }
  return undefined
}

/** In a time that tells nothing of where two texts differ, nor of their lengths. */
export function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
