import { createRequire } from 'node:module'
import { HalftoneError } from '#core/errors'
import type { Gray } from '#core/capture/Gray'
import type { FoundMarker, MarkerFinder, RobustHomography } from '#core/capture/look'
import type { PointPx } from '#core/capture/types'

/** What is called of OpenCV: its own typings are of another version, and its ArUco classes are not in them. */
interface Cv {
  readonly CV_8UC1: number
  readonly CV_64FC2: number
  readonly RANSAC: number
  readonly DICT_4X4_50: number
  /** Missing until the runtime has started. */
  readonly Mat: new (rows?: number, columns?: number, type?: number) => Mat
  readonly MatVector: new () => MatVector
  readonly aruco_DetectorParameters: new () => DetectorParameters
  readonly aruco_RefineParameters: new (
    repetition: number,
    correction: number,
    anyOrder: boolean,
  ) => Deletable
  readonly aruco_ArucoDetector: new (
    dictionary: Deletable,
    parameters: Deletable,
    refine: Deletable,
  ) => Detector
  getPredefinedDictionary(id: number): Deletable
  findHomography(from: Mat, to: Mat, method: number, threshold: number): Mat
  onRuntimeInitialized?: () => void
}

interface Deletable {
  delete(): void
}

interface Mat extends Deletable {
  readonly rows: number
  readonly data: Uint8Array
  readonly data32S: Int32Array
  readonly data32F: Float32Array
  readonly data64F: Float64Array
}

interface MatVector extends Deletable {
  size(): number
  get(index: number): Mat
}

interface DetectorParameters extends Deletable {
  cornerRefinementMethod: number
  minMarkerPerimeterRate: number
}

interface Detector extends Deletable {
  detectMarkers(image: Mat, corners: MatVector, ids: Mat, rejected: MatVector): void
}

/** OpenCV in WebAssembly, as much of it as the capture uses. `close` frees what it holds in wasm memory. */
export interface OpenCv extends MarkerFinder, RobustHomography {
  close(): void
}

/**
 * Loads @techstark/opencv-js, once per call; about half a second.
 * @throws HalftoneError `unsupported` when it does not start
 */
export function loadOpenCv(): Promise<OpenCv> {
  return new Promise((resolve, reject) => {
    // Emscripten's prelude adds handlers that rethrow every unhandled rejection of the whole program: take them off.
    const events = ['uncaughtException', 'unhandledRejection'] as const
    const before = new Map(events.map((event) => [event, process.listeners(event as 'uncaughtException')]))
    let cv: Cv
    try {
      cv = createRequire(import.meta.url)('@techstark/opencv-js') as Cv
    } catch (error) {
      reject(
        new HalftoneError('unsupported', 'OpenCV (@techstark/opencv-js) cannot be loaded.', { cause: error }),
      )
      return
    }
    for (const event of events) {
      for (const listener of process.listeners(event as 'uncaughtException')) {
        if (!before.get(event)!.includes(listener)) process.removeListener(event, listener)
      }
    }
    // The module has a `then` of its own that resolves to itself: awaiting or returning it from here never ends.
    const ready = (): void => {
      resolve(new LoadedOpenCv(cv))
    }
    if (Reflect.has(cv, 'Mat')) ready()
    else cv.onRuntimeInitialized = ready
  })
}

class LoadedOpenCv implements OpenCv {
  readonly #cv: Cv
  readonly #detector: Detector
  readonly #held: readonly Deletable[]

  constructor(cv: Cv) {
    this.#cv = cv
    const dictionary = cv.getPredefinedDictionary(cv.DICT_4X4_50)
    const parameters = new cv.aruco_DetectorParameters()
    const refine = new cv.aruco_RefineParameters(10, 3, true)
    this.#detector = new cv.aruco_ArucoDetector(dictionary, parameters, refine)
    this.#held = [this.#detector, refine, parameters, dictionary]
  }

  find({ width, height, data }: Gray): FoundMarker[] {
    const cv = this.#cv
    const image = new cv.Mat(height, width, cv.CV_8UC1)
    const corners = new cv.MatVector()
    const ids = new cv.Mat()
    const rejected = new cv.MatVector()
    try {
      image.data.set(data)
      this.#detector.detectMarkers(image, corners, ids, rejected)
      return Array.from({ length: ids.rows }, (_, i) => {
        const four = corners.get(i)
        const at = Array.from(four.data32F)
        four.delete()
        // OpenCV counts pixel centres as whole numbers.
        const corner = (k: number): PointPx => ({ x: at[2 * k]! + 0.5, y: at[2 * k + 1]! + 0.5 })
        return { id: ids.data32S[i]!, corners: [corner(0), corner(1), corner(2), corner(3)] as const }
      })
    } finally {
      for (const held of [image, corners, ids, rejected]) held.delete()
    }
  }

  homography(from: readonly PointPx[], to: readonly PointPx[], threshold: number): Float64Array | undefined {
    if (from.length < 4) return undefined
    const source = this.#points(from)
    const target = this.#points(to)
    let found: Mat | undefined
    try {
      found = this.#cv.findHomography(source, target, this.#cv.RANSAC, threshold)
      return found.rows === 3 ? Float64Array.from(found.data64F) : undefined
    } finally {
      found?.delete()
      source.delete()
      target.delete()
    }
  }

  close(): void {
    for (const held of this.#held) held.delete()
  }

  #points(points: readonly PointPx[]): Mat {
    const mat = new this.#cv.Mat(points.length, 1, this.#cv.CV_64FC2)
    mat.data64F.set(points.flatMap(({ x, y }) => [x, y]))
    return mat
  }
}
