import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { capturePhoto, type CaptureOptions } from '#core/capture/capturePhoto'
import { createCodeReader, type CodeReader } from '#core/capture/CodeReader'
import type { CaptureTools } from '#core/capture/look'
import type { CaptureOutcome } from '#core/capture/types'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import type { Raster } from '#core/tensor/Raster'
import { loadOpenCv } from './opencv'

/** From photos to crops in this thread, with zxing-wasm and OpenCV loaded. */
export interface Capture {
  readonly tools: CaptureTools
  /** See core's capturePhoto. Blocks the thread for some tenths of a second: use a {@link CapturePool} for many. */
  photo(picture: Raster, sheets: readonly SheetGeometry[], options?: CaptureOptions): CaptureOutcome
  /** Frees wasm memory. */
  close(): void
}

/** zxing-wasm with its wasm from node_modules, so that nothing is fetched. */
export async function loadCodeReader(): Promise<CodeReader> {
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')
  const bytes = await readFile(file)
  return createCodeReader(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

/**
 * Loads both wasm modules, about half a second.
 * @throws HalftoneError `unsupported` when OpenCV does not start
 */
export async function createCapture(): Promise<Capture> {
  const [reader, opencv] = await Promise.all([loadCodeReader(), loadOpenCv()])
  const tools: CaptureTools = { reader, markers: opencv, robust: opencv, now: () => performance.now() }
  return {
    tools,
    photo: (picture, sheets, options) => capturePhoto(picture, sheets, tools, options),
    close: () => {
      opencv.close()
    },
  }
}
