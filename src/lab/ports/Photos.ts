import type { CancelSignal } from '#core/errors'
import type { HandCorners } from '#core/capture/hand'
import type { CaptureOutcome } from '#core/capture/types'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import type { PhotoGeometry } from '#core/simulator/geometry'
import type { Resolution, StrengthLevel } from '#core/simulator/levels'
import type { SimulatorParams } from '#core/simulator/params'

/** Prints and photographs the pages of one PDF in simulation. */
export interface SheetCamera extends AsyncDisposable {
  /** @param page from 0; the same page, level, resolution and seed give the same bytes, in any order */
  photograph(page: number, signal: CancelSignal): Promise<SimulatedPhoto>
}

export interface SimulatedPhoto {
  readonly jpeg: Uint8Array
  /** Where everything on the page really is in the photo. */
  readonly geometry: PhotoGeometry
  readonly params: SimulatorParams
}

export type OpenSheetCamera = (
  pdf: Uint8Array,
  options: { readonly level: StrengthLevel; readonly resolution: Resolution; readonly seed: string },
) => Promise<SheetCamera>

/** Finds the sheets of one experiment in photos and crops their images. */
export interface PhotoReader extends AsyncDisposable {
  /**
   * @param photo a picture file
   * @param corners of the sheet, given by hand where finding it failed
   * @throws HalftoneError `unreadable-file`, `unsupported` when it is no picture that can be read
   */
  read(photo: Uint8Array, signal: CancelSignal, corners?: HandCorners): Promise<CaptureOutcome>
}

/** @param sheets all sheets of the experiment; a reading names them by their index */
export type OpenPhotoReader = (sheets: readonly SheetGeometry[]) => Promise<PhotoReader>

/** Photos that a user names: files, and the pictures in folders. */
export interface PhotoFiles {
  /** Paths of all picture files, in the order of their names. @throws HalftoneError `not-found` */
  find(paths: readonly string[]): Promise<readonly string[]>
  /** @throws HalftoneError `not-found`, `unreadable-file` */
  read(path: string): Promise<Uint8Array>
}
