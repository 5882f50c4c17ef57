import type { OutgoingHttpHeaders } from 'node:http'
import { plainHeaders } from './headers'

/**
 * What is shown for a moment to who brings the token. A page that goes on by itself, not a redirect: the cookie is
 * SameSite=Strict, and browsers leave it out of a redirect that began in a link of another site's. It also takes the
 * address with the token out of the history.
 */
export const entrance: { readonly headers: OutgoingHttpHeaders; readonly page: string } = {
  headers: { ...plainHeaders, 'content-type': 'text/html; charset=utf-8' },
  page:
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/">' +
    '<title>Halftone</title><p><a href="/">Halftone</a></p></html>',
}
