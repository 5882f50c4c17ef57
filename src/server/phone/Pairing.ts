import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { cookieIn, same } from '../Access'

const cookieName = 'halftone-phone'

/** One link for one phone: the first that opens its page keeps it. */
export class Pairing {
  /** 128 random bits; stands in the link, and in the QR code that is drawn of it. */
  readonly token = randomBytes(16).toString('base64url')
  readonly #device = randomBytes(16).toString('base64url')
  #taken = false

  /** Whether a phone has taken the link. */
  get taken(): boolean {
    return this.#taken
  }

  isToken(given: string): boolean {
    return same(given, this.token)
  }

  /** Whether this is the phone that took the link. */
  isPaired(request: IncomingMessage): boolean {
    const cookie = cookieIn(request.headers.cookie ?? '', cookieName)
    return this.#taken && cookie !== undefined && same(cookie, this.#device)
  }

  /**
   * Takes the link for who asks. The page asks by itself once it runs, so that a scanner that only looks at links takes
   * none.
   * @returns the Set-Cookie header; null when another device was first
   */
  take(request: IncomingMessage): string | null {
    if (this.#taken && !this.isPaired(request)) return null
    this.#taken = true
    return `${cookieName}=${this.#device}; HttpOnly; SameSite=Strict; Path=/${this.token}/`
  }
}
