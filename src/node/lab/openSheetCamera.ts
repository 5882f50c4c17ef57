import type { OpenSheetCamera } from '#lab/ports/Photos'
import { openPdf } from '../simulator/rasterise'
import { simulateSheet } from '../simulator/simulateSheet'

/** The simulator on the sheets' PDF. */
export const openSheetCamera: OpenSheetCamera = async (pdf, options) => {
  const file = await openPdf(pdf)
  return {
    async photograph(page) {
      const { jpeg, truth, params } = await simulateSheet(file, page, options)
      return { jpeg, params, geometry: truth.geometry }
    },
    [Symbol.asyncDispose]: () => {
      file.close()
      return Promise.resolve()
    },
  }
}
