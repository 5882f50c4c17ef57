import type { OpenPhotoReader } from '#lab/ports/Photos'
import { CapturePool } from '../capture/CapturePool'

/** Reads photos on worker threads. */
export const openPhotoReader: OpenPhotoReader = (sheets) => {
  const pool = new CapturePool(sheets)
  return Promise.resolve({
    read: (photo, _signal, corners) => pool.photo(photo, corners ? { corners } : {}),
    [Symbol.asyncDispose]: () => pool.close(),
  })
}
