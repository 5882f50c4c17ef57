import type { IncomingMessage, ServerResponse } from 'node:http'
import { hostOf } from '../Access'
import { answer, answerJson, answerText, statusOf } from '../answer'
import { plainHeaders } from '../headers'
import { isOurName } from '../hostNames'
import { UploadFailure } from '../uploads/receiveFile'
import type { PhoneSession } from './PhoneServer'
import { phonePage } from './phonePage'

const used =
  'This link has been used by another device. A link works for one phone: in the lab, close the phone’s page, allow one ' +
  'phone again, and scan the new code.'

/**
 * Answers a phone:
 * - GET /<token>/ with its scripts: the page. It says what it is about only once it is paired.
 * - POST /<token>/pair: takes the link for this phone.
 * - GET /<token>/state: what came of the photos.
 * - PUT /<token>/photo/<id>?name=&from=&size=: a photo, from a byte on.
 */
export async function servePhone(
  session: PhoneSession | null,
  request: IncomingMessage,
  response: ServerResponse,
  changed: () => void,
): Promise<void> {
  const foreign = refusalOf(request)
  if (foreign !== null) {
    answerText(response, 403, foreign)
    return
  }
  const [path = '', query = ''] = (request.url ?? '').split('?')
  const [, token = '', ...rest] = path.split('/')
  if (!session?.pairing.isToken(token)) {
    answerText(response, 404, 'This link has ended. Allow one phone again in the lab, and scan the new code.')
    return
  }
  const { pairing, inbox, experiment } = session
  const what = `${request.method ?? ''} ${rest.join('/')}`
  if (request.method === 'GET' && rest.length === 0) {
    answer(response, 302, { ...plainHeaders, location: `/${token}/` })
    return
  }
  if (what === 'GET ' && pairing.taken && !pairing.isPaired(request)) {
    answerText(response, 403, used)
    return
  }
  const file = request.method === 'GET' && rest.length === 1 ? phonePage(rest[0]!) : undefined
  if (file) {
    answer(response, 200, file.headers, file.text)
  } else if (what === 'POST pair') {
    const cookie = pairing.take(request)
    if (cookie === null) answerJson(response, 409, { code: 'used', message: used })
    else answer(response, 204, { ...plainHeaders, 'set-cookie': cookie })
    changed()
  } else if (!pairing.isPaired(request)) {
    answerJson(response, 403, { code: 'used', message: used })
  } else if (what === 'GET state') {
    answerJson(response, 200, { experiment, captured: inbox.captured, photos: inbox.photos })
  } else if (request.method === 'PUT' && rest[0] === 'photo' && rest.length === 2) {
    await takePhoto(session, rest[1]!, new URLSearchParams(query), request, response)
  } else {
    answerText(response, 404, 'There is nothing here.')
  }
}

async function takePhoto(
  { inbox }: PhoneSession,
  id: string,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const from = whole(query.get('from'))
    const size = whole(query.get('size'))
    if (!/^[0-9a-f]{32}$/.test(id) || from === null || size === null || from > size) {
      throw new UploadFailure('invalid-argument', 'Expected an id, the size and the first byte of the photo.')
    }
    answerJson(response, 200, await inbox.take(id, query.get('name') ?? 'photo.jpg', from, size, request))
  } catch (error) {
    if (!(error instanceof UploadFailure)) throw error
    answerJson(response, statusOf(error.failure), error.failure)
  }
}

function whole(text: string | null): number | null {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null
}

/** Against pages of others: a name that is not ours (DNS rebinding), a foreign origin, a form posted across. */
function refusalOf({ headers, method }: IncomingMessage): string | null {
  const ours = hostOf(`http://${headers.host ?? ''}`)
  if (!ours || !isOurName(ours.hostname, '0.0.0.0'))
    return `Refused: the host "${headers.host ?? ''}" is not this machine's.`
  if (method === 'GET') return null
  // Old Safaris name no origin; no other site's page can send the header unasked.
  const foreign = headers.origin !== undefined && hostOf(headers.origin)?.host !== ours.host
  return foreign || headers['x-halftone'] !== 'phone' ? 'Refused: not sent by this page.' : null
}
