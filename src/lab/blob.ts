import { idSchema } from '#contract/experiment'
import type { BlobRef } from '#contract/host'
import type { LabPorts } from './ports/LabPorts'
import { HalftoneError } from '#core/errors'

/** A file for a host to serve. */
export interface Blob {
  readonly bytes: Uint8Array
  /** MIME type. */
  readonly type: string
  /** An HTTP entity tag, with its quotes: another after every change of the file, and for every size. */
  readonly etag: string
}

/** By extension; what is not here is served as bytes, which no browser runs or shows. */
const types: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  avif: 'image/avif',
  heic: 'image/heic',
  heif: 'image/heif',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  pdf: 'application/pdf',
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
}

/** The greatest side of a thumbnail, in pixels. */
const greatestSide = 8192

/**
 * A file of an experiment, or a thumbnail of a picture that fits into a square of `side` pixels.
 * @throws HalftoneError `invalid-argument`, `not-found`, `storage`; `unreadable-file` when a thumbnail is asked of no picture
 */
export async function readBlob(
  { store, pictures }: Pick<LabPorts, 'store' | 'pictures'>,
  { experiment, path }: BlobRef,
  side?: number,
): Promise<Blob> {
  if (!idSchema.safeParse(experiment).success) {
    throw new HalftoneError('invalid-argument', `Expected the id of an experiment, got "${experiment}".`)
  }
  if (side !== undefined && !(Number.isInteger(side) && side >= 1 && side <= greatestSide)) {
    throw new HalftoneError(
      'invalid-argument',
      `Expected the side of a thumbnail as a whole number of pixels from 1 to ${greatestSide}, got ${side}.`,
    )
  }
  const { bytes, version } = await store.file(experiment, path)
  if (side === undefined) return { bytes, type: typeOf(path), etag: `"${version}"` }
  return { ...(await pictures.preview(bytes, side)), etag: `"${version}-${side}"` }
}

function typeOf(path: string): string {
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  return Object.hasOwn(types, extension) ? types[extension]! : 'application/octet-stream'
}
