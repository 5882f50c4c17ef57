import type { OutgoingHttpHeaders } from 'node:http'
import { plainHeaders } from '../headers'
import style from './page/page.css?raw'
import page from './page/page.html?raw'
import script from './page/page.js?raw'

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' blob: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

function file(type: string, text: string): { readonly headers: OutgoingHttpHeaders; readonly text: string } {
  return { headers: { ...plainHeaders, 'content-security-policy': policy, 'content-type': type }, text }
}

const files = new Map([
  ['', file('text/html; charset=utf-8', page)],
  ['page.css', file('text/css; charset=utf-8', style)],
  ['page.js', file('text/javascript; charset=utf-8', script)],
])

/** A file of the phone's page. @param name '' for the page itself; undefined when there is none of that name */
export function phonePage(name: string) {
  return files.get(name)
}
