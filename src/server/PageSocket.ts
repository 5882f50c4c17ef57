import { encode } from '@msgpack/msgpack'
import type { WebSocket } from 'ws'
import type { CommandName } from '#contract/commands'
import { eventNames } from '#contract/events'
import type { Failure } from '#contract/reply'
import { wire, type FromPage, type ToPage } from '#contract/wire'
import type { LabClient } from '#node/lab/LabClient'
import { readMessage } from './readMessage'

/** Calls of one page that may be under way at once. */
const mostCalls = 256
/** Messages that cannot be read before the page is taken for broken. */
const mostMalformed = 50
/** Bytes on their way to a page from which on progress is left out: the next one replaces it. */
const crowded = 4 * 1024 * 1024
/** Bytes on their way to a page that has stopped reading. */
const stuck = 512 * 1024 * 1024

/**
 * One page's connection: its calls go to the lab, replies and events go back. A call goes on when the page is gone;
 * whoever comes next sees it among the jobs.
 */
export class PageSocket {
  readonly #socket: WebSocket
  readonly #lab: LabClient
  readonly #refused: (what: string, why: string) => void
  readonly #ends: (() => void)[] = []
  #calls = 0
  #malformed = 0
  #answered = true

  /** @param refused tells of a message that was not taken */
  constructor(socket: WebSocket, lab: LabClient, refused: (what: string, why: string) => void) {
    this.#socket = socket
    this.#lab = lab
    this.#refused = refused
    socket.on('message', (data, isBinary) => {
      this.#receive(data as Buffer, isBinary)
    })
    socket.on('pong', () => {
      this.#answered = true
    })
    socket.on('error', (error) => {
      this.#refused('a message', error.message)
    })
    const beat = setInterval(() => {
      this.#beat()
    }, wire.beat)
    for (const name of eventNames) {
      this.#ends.push(
        lab.listen(name, (value) => {
          if (name === 'progress' && socket.bufferedAmount > crowded) return
          this.#send({ type: 'event', name, value })
        }),
      )
    }
    this.#ends.push(lab.watch((state) => void this.#send({ type: 'lab', state })))
    socket.on('close', () => {
      clearInterval(beat)
      for (const end of this.#ends) end()
    })
    this.#send({ type: 'lab', state: lab.state })
  }

  #receive(data: Buffer, isBinary: boolean): void {
    const message = isBinary ? readMessage(data) : 'a text'
    if (typeof message === 'string') {
      this.#refused('a message', message)
      this.#send({ type: 'refused', message: `A message could not be read: ${message}.` })
      if (++this.#malformed >= mostMalformed) this.#socket.close(1008, 'too many malformed messages')
      return
    }
    void this.#call(message)
  }

  async #call({ id, name, input }: FromPage): Promise<void> {
    if (this.#calls >= mostCalls) {
      this.#refused(`command "${name}"`, 'too many at once')
      this.#fail(id, 'too-many', `More than ${mostCalls} commands at once. Wait for some to end.`)
      return
    }
    this.#calls++
    // The lab checks name and input, whatever they are.
    const reply = await this.#lab.send(name as CommandName, input as never)
    this.#calls--
    if (!reply.ok && reply.code === 'invalid-argument') this.#refused(`command "${name}"`, reply.message)
    this.#send({ type: 'reply', id, reply })
  }

  #fail(id: number, code: string, message: string): void {
    const reply: Failure = { ok: false, code, message }
    this.#send({ type: 'reply', id, reply })
  }

  #send(message: ToPage): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    if (this.#socket.bufferedAmount > stuck) this.#socket.terminate()
    else this.#socket.send(encode(message, { ignoreUndefined: true }))
  }

  /** A page whose machine sleeps or is gone answers no ping. */
  #beat(): void {
    if (!this.#answered) {
      this.#socket.terminate()
      return
    }
    this.#answered = false
    this.#socket.ping()
    this.#send({ type: 'beat' })
  }
}
