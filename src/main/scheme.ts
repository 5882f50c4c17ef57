import { protocol } from 'electron'
import { wire } from '#contract/wire'
import type { LabClient } from '#node/lab/LabClient'
import { blobHeaders, pageHeaders } from '#server/headers'
import { StaticFiles } from '#server/StaticFiles'

/** Must be called before the app is ready: the page's scheme behaves as https does, with an origin of its own. */
export function announceScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'halftone', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } },
  ])
}

/** Serves the built page and the files of experiments at halftone://app, with the headers that the server gives them. */
export function serveScheme(lab: LabClient, pages: string): void {
  const files = new StaticFiles(pages)
  protocol.handle('halftone', async (request) => {
    const url = new URL(request.url)
    if (url.host !== 'app' || request.method !== 'GET') return new Response('Refused.', { status: 403 })
    if (url.pathname.startsWith(`${wire.blob}/`)) return await blob(lab, url)
    const file = await files.read(url.pathname)
    if (!file) return new Response('There is nothing here.', { status: 404 })
    return new Response(file.bytes as Uint8Array<ArrayBuffer>, {
      headers: { ...plain(pageHeaders), 'content-type': file.type },
    })
  })
}

async function blob(lab: LabClient, url: URL): Promise<Response> {
  let parts: string[]
  try {
    parts = url.pathname.split('/').slice(2).map(decodeURIComponent)
  } catch {
    return new Response('The address is badly encoded.', { status: 400 })
  }
  const [experiment = '', ...path] = parts
  const side = Number(url.searchParams.get('side') ?? Number.NaN)
  // The lab itself refuses what leaves the experiment's folder.
  const reply = await lab.blob(
    { experiment, path: path.join('/') },
    Number.isInteger(side) && side > 0 ? side : undefined,
  )
  if (!reply.ok && reply.code === 'not-found' && url.searchParams.has('optional')) {
    return new Response(null, { status: 204 })
  }
  if (!reply.ok) return new Response(reply.message, { status: reply.code === 'not-found' ? 404 : 400 })
  const { bytes, type, etag } = reply.value
  return new Response(bytes as Uint8Array<ArrayBuffer>, {
    headers: { ...plain(blobHeaders(type)), 'content-type': type, etag },
  })
}

function plain(headers: object): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
