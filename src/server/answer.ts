import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Failure } from '#contract/reply'
import { plainHeaders } from './headers'

/** Answers with bytes or a text, and closes the connection when some of the request was left unread. */
export function answer(
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: Uint8Array | string = '',
): void {
  if (response.headersSent || response.destroyed) return
  const { method, complete } = response.req
  const unread = method !== 'GET' && !complete
  response.writeHead(status, {
    ...headers,
    'content-length': Buffer.byteLength(body),
    ...(unread && { connection: 'close' }),
  })
  response.end(method === 'HEAD' ? undefined : body)
}

export function answerText(response: ServerResponse, status: number, text: string): void {
  answer(response, status, { ...plainHeaders, 'content-type': 'text/plain; charset=utf-8' }, `${text}\n`)
}

export function answerJson(response: ServerResponse, status: number, value: unknown): void {
  answer(response, status, { ...plainHeaders, 'content-type': 'application/json' }, JSON.stringify(value))
}

/** The status that says about a failure what its code says. */
export function statusOf({ code }: Failure): number {
  if (code === 'not-found') return 404
  if (code === 'invalid-argument') return 400
  if (code === 'too-large') return 413
  if (code === 'storage') return 507
  if (code === 'lab-lost') return 503
  return 500
}
