import { prepareZXingModule, type ReaderOptions } from 'zxing-wasm/reader'
import type { Gray } from './Gray'
import type { PointPx } from './types'

/** A QR code that was decoded. */
export interface ReadCode {
  readonly text: string
  /**
   * Corners in the code's own order: top left, top right, bottom right, bottom left. Whole pixels, off by one in the
   * median and by up to eight at the bottom right: good for finding, never for cropping.
   */
  readonly corners: readonly [PointPx, PointPx, PointPx, PointPx]
  /** The code is seen in a mirror. */
  readonly mirrored: boolean
}

/** Finds and decodes QR codes. */
export interface CodeReader {
  read(gray: Gray): ReadCode[]
}

/** The part of zxing-wasm's module that is called here. */
interface ZXingModule {
  readonly HEAPU8: Uint8Array
  _malloc(size: number): number
  _free(pointer: number): void
  readBarcodesFromPixmap(pointer: number, width: number, height: number, options: object): ResultVector
}

interface ResultVector {
  size(): number
  get(index: number): RawResult | undefined
  delete?(): void
}

interface RawResult {
  readonly isValid: boolean
  readonly text: string
  readonly isMirrored: boolean
  readonly position: Readonly<Record<'topLeft' | 'topRight' | 'bottomRight' | 'bottomLeft', PointPx>>
}

/**
 * zxing-cpp in WebAssembly. It runs in a page or worker under `wasm-unsafe-eval`.
 * @param wasmBinary zxing-wasm's `zxing_reader.wasm`; handed in, because by itself the package fetches it from a CDN
 */
export async function createCodeReader(wasmBinary: ArrayBuffer): Promise<CodeReader> {
  const module: unknown = await prepareZXingModule({
    overrides: { wasmBinary },
    equalityFn: () => false,
    fireImmediately: true,
  })
  return new ZXingReader(module as ZXingModule)
}

/** As zxing-wasm's `readerOptionsToZXingReaderOptions` makes them of `satisfies ReaderOptions` defaults. */
const options = {
  formats: 'QRCode',
  tryHarder: true,
  tryRotate: true,
  tryInvert: false,
  tryDownscale: true,
  tryDenoise: false,
  binarizer: 0,
  isPure: false,
  downscaleFactor: 3,
  downscaleThreshold: 500,
  minLineCount: 2,
  maxNumberOfSymbols: 64,
  validateOptionalChecksum: false,
  returnErrors: false,
  eanAddOnSymbol: 0,
  textMode: 0,
  characterSet: 0,
  tryCode39ExtendedMode: true,
} satisfies Record<keyof ReaderOptions, unknown>

class ZXingReader implements CodeReader {
  readonly #module: ZXingModule

  constructor(module: ZXingModule) {
    this.#module = module
  }

  read({ width, height, data }: Gray): ReadCode[] {
    const module = this.#module
    const pointer = module._malloc(data.length)
    if (pointer === 0) return []
    try {
      module.HEAPU8.set(data, pointer)
      const results = module.readBarcodesFromPixmap(pointer, width, height, options)
      const out: ReadCode[] = []
      for (let i = 0; i < results.size(); i++) {
        const result = results.get(i)
        if (!result?.isValid) continue
        const { topLeft, topRight, bottomRight, bottomLeft } = result.position
        // Plain points: the library's own die with its result.
        const point = ({ x, y }: { x: number; y: number }) => ({ x, y })
        out.push({
          text: result.text,
          corners: [point(topLeft), point(topRight), point(bottomRight), point(bottomLeft)],
          mirrored: result.isMirrored,
        })
      }
      results.delete?.()
      return out
    } finally {
      module._free(pointer)
    }
  }
}
