import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LabClient } from '#node/lab/LabClient'
import { answer, answerText, statusOf } from './answer'
import { blobHeaders, plainHeaders } from './headers'
import { pathParts } from './pathParts'

/** Types that a browser may show as what they are; nothing of them runs. */
const shown = /^(image\/(png|jpeg|webp)|application\/(json|pdf)|text\/(csv|plain))(;|$)/

/**
 * GET /blob/<experiment>/<path>?side=: a file of an experiment, or a thumbnail of it; with `optional`, 204 where there is
 * none, which is no failure to a page that only looks whether a step has been done. @param pathname as it came */
export async function serveBlob(
  lab: LabClient,
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  searchParams: URLSearchParams,
): Promise<void> {
  const [, experiment, ...path] = pathParts(pathname) ?? []
  const side = searchParams.get('side')
  if (experiment === undefined || path.length === 0 || (side !== null && !/^[1-9]\d{0,3}$/.test(side))) {
    answerText(response, 400, 'Expected /blob/<experiment>/<path of a file in its folder>.')
    return
  }
  const reply = await lab.blob({ experiment, path: path.join('/') }, side === null ? undefined : Number(side))
  if (!reply.ok && reply.code === 'not-found' && searchParams.has('optional')) {
    answer(response, 204, plainHeaders)
    return
  }
  if (!reply.ok) {
    answerText(response, statusOf(reply), reply.message)
    return
  }
  const { bytes, type, etag } = reply.value
  const headers = { ...blobHeaders(type), etag }
  if (request.headers['if-none-match'] === etag) answer(response, 304, headers)
  else {
    answer(
      response,
      200,
      { ...headers, 'content-type': shown.test(type) ? type : 'application/octet-stream' },
      bytes,
    )
  }
}
