import type { Events } from './events'
import type { BlobRef } from './host'
import type { Reply } from './reply'

/** What a page sends over its socket, one MessagePack value a message. */
export interface FromPage {
  readonly type: 'call'
  /** The page's own number for the call; the reply carries it. */
  readonly id: number
  readonly name: string
  readonly input: unknown
}

/** What a page is sent over its socket. */
export type ToPage =
  | { readonly type: 'reply'; readonly id: number; readonly reply: Reply<unknown> }
  | { readonly type: 'event'; readonly name: keyof Events; readonly value: unknown }
  /** Whether the lab's own process runs, at the beginning and at each change. */
  | { readonly type: 'lab'; readonly state: 'running' | 'lost' }
  /** A message of the page's could not be read, and so nobody knows which call it was. */
  | { readonly type: 'refused'; readonly message: string }
  /** Sent every `wire.beat` ms, so that silence tells of a lost connection. */
  | { readonly type: 'beat' }

/** What both ends of a page's connection keep to. */
export const wire = {
  socket: '/socket',
  blob: '/blob',
  upload: '/upload',
  /** Answers 204 to whoever may come in. */
  session: '/session',
  /** The largest message from a page, in bytes; larger things are uploaded. */
  messageLimit: 64 * 1024 * 1024,
  /** The largest file that is uploaded, in bytes. */
  fileLimit: 4 * 1024 ** 3,
  /** In ms. */
  beat: 10_000,
} as const

/**
 * An upload: POST /upload answers an `id`; PUT /upload/<id>/<number>/<name> brings each file, its path within a chosen
 * folder as one encoded part; POST /upload/<id> answers what is there now as `Uploaded`; DELETE /upload/<id> gives up.
 * What fails answers a `Failure`.
 */
export interface UploadStarted {
  readonly id: string
}

/** The path at which a host serves a file of an experiment, below its own address. */
export function blobPath({ experiment, path }: BlobRef): string {
  return [wire.blob, ...[experiment, ...path.split('/')].map(encodeURIComponent)].join('/')
}
