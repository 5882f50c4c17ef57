import type { OutgoingHttpHeaders } from 'node:http'

/** What every answer carries. */
const always: OutgoingHttpHeaders = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Scripts only from our own files, wasm for the code reader; thumbnails and camera pictures come as blobs. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  // The report, in the browser's own PDF viewer.
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** For our own page and its files. */
export const pageHeaders: OutgoingHttpHeaders = {
  ...always,
  'content-security-policy': pagePolicy,
  'permissions-policy': 'camera=(self), microphone=(), geolocation=(), payment=(), usb=()',
}

/** For short answers with nothing to run or to load in them. */
export const plainHeaders: OutgoingHttpHeaders = {
  ...always,
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'cache-control': 'no-store',
}

/** For files of experiments: looked at, never run. Browsers' PDF viewers do not work in a sandbox. */
export function blobHeaders(type: string): OutgoingHttpHeaders {
  const sandbox = type === 'application/pdf' ? '' : '; sandbox'
  return {
    ...always,
    'content-security-policy': `default-src 'none'; frame-ancestors 'self'${sandbox}`,
    'cache-control': 'private, no-cache',
  }
}
