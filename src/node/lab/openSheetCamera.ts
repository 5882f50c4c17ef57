import type { OpenSheetCamera } from '#lab/ports/Photos'
import { SheetPool } from '../simulator/SheetPool'

/** The simulator on the sheets' PDF, several pages at a time on worker threads. */
export const openSheetCamera: OpenSheetCamera = (pdf, options) => {
  const pool = new SheetPool(pdf, options)
  return Promise.resolve({
    async photograph(page, signal) {
      const { jpeg, truth, params } = await pool.photograph(page, signal)
      return { jpeg, params, geometry: truth.geometry }
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  })
}
