import { createHash } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { plainHeaders } from '../headers'
import html from './page/page.html?raw'
import earlier from './page/earlier.js?raw'
import kept from './page/kept.js?raw'
import script from './page/page.js?raw'
import request from './page/request.js?raw'

/** As browsers read it, whatever ends its lines here. */
const page = html.replaceAll('\r\n', '\n')
/** The page's own style sheet stands in it and is let in by its hash; no other is. */
const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? []
const styleHash = createHash('sha256').update(style).digest('base64')

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'sha256-${styleHash}'`,
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

function file(type: string, text: string): { readonly headers: OutgoingHttpHeaders; readonly text: string } {
  return { headers: { ...plainHeaders, 'content-security-policy': policy, 'content-type': type }, text }
}

const javascript = 'text/javascript; charset=utf-8'
const files = new Map([
  ['', file('text/html; charset=utf-8', page)],
  ['request.js', file(javascript, request)],
  ['kept.js', file(javascript, kept)],
  ['earlier.js', file(javascript, earlier)],
  ['page.js', file(javascript, script)],
])

/** A file of the phone's page. @param name '' for the page itself; undefined when there is none of that name */
export function phonePage(name: string) {
  return files.get(name)
}
