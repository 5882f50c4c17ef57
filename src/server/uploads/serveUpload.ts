import type { IncomingMessage, ServerResponse } from 'node:http'
import { answer, answerJson, statusOf } from '../answer'
import { plainHeaders } from '../headers'
import { UploadFailure } from './receiveFile'
import type { Uploads } from './Uploads'

/** The requests of an upload; see `UploadStarted` in the contract. */
export async function serveUpload(
  uploads: Uploads,
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
): Promise<void> {
  const [, , id, number, name, ...more] = pathname.split('/')
  try {
    if (request.method === 'POST' && id === undefined) {
      answerJson(response, 200, { id: await uploads.start() })
    } else if (request.method === 'POST' && id !== undefined && number === undefined) {
      answerJson(response, 200, uploads.finish(id))
    } else if (request.method === 'DELETE' && id !== undefined && number === undefined) {
      await uploads.abandon(id)
      answer(response, 204, plainHeaders)
    } else if (request.method === 'PUT' && name !== undefined && more.length === 0) {
      await uploads.receive(id!, fileNumber(number!), decodedName(name), request)
      answer(response, 204, plainHeaders)
    } else {
      throw new UploadFailure('invalid-argument', 'Expected a step of an upload.')
    }
  } catch (error) {
    if (!(error instanceof UploadFailure)) throw error
    answerJson(response, statusOf(error.failure), error.failure)
  }
}

function fileNumber(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new UploadFailure('invalid-argument', `Expected the file's number in its list, got "${text}".`)
}

function decodedName(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    throw new UploadFailure('invalid-argument', 'The name of the file is not encoded as a URL wants it.')
  }
}
