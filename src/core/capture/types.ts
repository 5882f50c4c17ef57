import type { Raster } from '#core/tensor/Raster'

/** A point in a picture in pixels: (0, 0) is the top left corner of the top left pixel, whose centre is (0.5, 0.5). */
export interface PointPx {
  readonly x: number
  readonly y: number
}

/** Why a photo, or one sheet in it, gave no crops. */
export type RefusalReason =
  /** Nothing that looks like a sheet was found. */
  | 'no-sheet'
  /** Its codes name another experiment. */
  | 'wrong-experiment'
  /** Its codes name a sheet that this experiment does not have. */
  | 'unknown-sheet'
  /** A sheet was found, but none of the experiment's sheets matches its codes well enough. */
  | 'not-identified'
  /** Too few of the sheet's marks were found where the fit expects them, or they do not agree. */
  | 'poor-fit'

/** Something a person should know about a sheet that was read all the same. */
export type WarningKind =
  | 'mirrored'
  | 'few-codes'
  | 'soft'
  | 'low-resolution'
  | 'partly-outside'
  | 'corners-by-hand'
  | 'other-sheet-refused'

export interface CaptureWarning {
  readonly kind: WarningKind
  readonly message: string
}

/** How good one crop can be expected to be. */
export interface CropQuality {
  /** Camera pixels along one source pixel, the smallest over the crop's corners and directions. */
  readonly cameraPxPerSourcePx: number
  /** Standard deviation of the blur measured at the marks round the crop, in source pixels. */
  readonly blurSourcePx: number
  /** Root mean square residual of the marks round the crop, in source pixels. */
  readonly residualSourcePx: number
  /** Standard deviation of the crop's place as the fit itself predicts it, the largest over the crop, in source pixels. */
  readonly expectedErrorSourcePx: number
  /** Whether the whole crop lies inside the photo. */
  readonly inside: boolean
  /** Whether the crop should be scored; when false, `reasons` says why. */
  readonly usable: boolean
  readonly reasons: readonly string[]
}

/** One slot's image as the photo has it, four times, each of the size that was asked for. */
export interface Crop {
  /** Index into the sheet's slots. */
  readonly slot: number
  /** Kurakin's way: the four code centres give one homography. Colours as the camera has them. */
  readonly paper: Raster
  /** The paper's way, colours corrected by the patches. */
  readonly paperColour: Raster
  /** By the fit to everything known on the sheet, with distortion and curl. Colours as the camera has them. */
  readonly refined: Raster
  /** Refined, colours corrected by the patches. */
  readonly refinedColour: Raster
  readonly quality: CropQuality
}

/** One sheet that was found, identified and cropped. */
export interface ReadSheet {
  /** Index into the sheets that were handed in. */
  readonly sheet: number
  /** Codes whose text was decoded, 0 to 4. Kurakin's own rule drops a photo with fewer than four. */
  readonly codesRead: number
  /** Correlation with the sheet's codes that two code places reach (one, when only one was decoded), -1 to 1. */
  readonly codeCorrelation: number
  /** How much the best sheet's mean code correlation is above the next sheet's; 1 when there is only one sheet. */
  readonly identityMargin: number
  readonly marks: { readonly found: number; readonly visible: number }
  /** Root mean square distance of the marks from the fit, in camera pixels. */
  readonly residualPx: number
  /** Mean over the sheet's images. */
  readonly cameraPxPerSourcePx: number
  /** Mean standard deviation of the blur in camera pixels; small is sharp. */
  readonly blurPx: number
  readonly warnings: readonly CaptureWarning[]
  readonly crops: readonly Crop[]
  /** Page millimetres to photo pixels by the fit; for overlays and for measuring the crop error. */
  readonly fit: FittedSheet
}

/** A sheet in a photo that gave no crops. */
export interface RefusedSheet {
  readonly reason: RefusalReason
  /** What was seen, and what to do about it. */
  readonly message: string
}

/** The fitted way from the page to the picture. All of it is plain numbers, so that it can be stored. */
export interface FittedSheet {
  readonly page: { readonly width: number; readonly height: number }
  readonly picture: { readonly width: number; readonly height: number }
  /** Whether the picture was flipped left to right before the fit; pixels below are those of the flipped picture. */
  readonly mirrored: boolean
  /** See SheetModel.ts. */
  readonly parameters: Float64Array
  /** The paper's homography in millimetres to pixels, row-major 3x3. */
  readonly paperHomography: Float64Array
}

/** Milliseconds spent per stage; empty when no clock was handed in. */
export type StageTimes = Readonly<Record<string, number>>

/** What one photo gave. */
export type CaptureOutcome =
  | {
      readonly kind: 'read'
      /** At least one. More than one when several sheets lie in the photo. */
      readonly sheets: readonly ReadSheet[]
      /** Other sheets in the same photo that were seen but not read. */
      readonly refused: readonly RefusedSheet[]
      readonly times: StageTimes
    }
  | {
      readonly kind: 'refused'
      readonly reason: RefusalReason
      readonly message: string
      /** Size of the upright photo: corners given by hand are in its pixels. */
      readonly picture: { readonly width: number; readonly height: number }
      readonly times: StageTimes
    }
