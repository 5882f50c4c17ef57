import type { DestructionRate } from '#core/metrics/destructionRate'
import type { Share } from '#core/metrics/share'
import type { Raster } from '#core/tensor/Raster'

/** A picture: the bytes of an 8-bit grey or RGB PNG file, or pixels without transparency. */
export type ReportImage = Uint8Array | Raster

/** Top-1 and top-5 of the same quantity. */
export interface Top1And5<T> {
  readonly top1: T
  readonly top5: T
}

/** One method at one strength. Settings appear in the report in the order given. */
export interface ReportSetting {
  readonly id: string
  /** Id of the attack: settings of one attack share a line style and a group in the tables. */
  readonly attack: string
  /** What the attack is called: "fast", "basic iterative". */
  readonly title: string
  /** In 0..255; null for an attack without one. */
  readonly epsilon: number | null
  /** All its parameters, for the reader who wants to do it again. */
  readonly params: Readonly<Record<string, number | boolean | string>>
}

export type ReportCase = 'average' | 'prefiltered'

/** Which crop a score is of: the paper's way or refined, colours as photographed or corrected by the patches. */
export type ReportCrop = 'paper' | 'paper-corrected' | 'refined' | 'refined-corrected'

/** Scores of one setting in one case through one kind of crop. */
export interface ReportScore {
  readonly setting: string
  readonly case: ReportCase
  readonly crop: ReportCrop
  /** Images of the case, and those of them whose crops were had. */
  readonly images: number
  readonly photographed: number
  readonly accuracy: Readonly<
    Record<'clean' | 'adversarial', { readonly source: Top1And5<Share>; readonly photo: Top1And5<Share> }>
  >
  readonly destruction: Top1And5<DestructionRate>
  /** Kurakin 2016 for the same attack and epsilon, shares of 1; null where the paper has none. */
  readonly paper: Top1And5<number> | null
}

/** The transformation study: destruction rate against the strength of one effect at a time. */
export interface ReportStudy {
  readonly images: number
  readonly transforms: readonly {
    readonly id: string
    readonly title: string
    /** What is on the strength axis, with its unit. */
    readonly axis: string
    readonly strengths: readonly number[]
  }[]
  readonly points: readonly {
    readonly transform: string
    readonly strength: number
    readonly setting: string
    readonly destruction: Top1And5<DestructionRate>
    readonly clean: Top1And5<Share>
  }[]
}

/** How one sheet came through the camera. */
export interface ReportSheetQuality {
  /** From 1. */
  readonly sheet: number
  readonly photo: string
  readonly width: number
  readonly height: number
  /** QR codes read, of 4. */
  readonly codes: number
  /** Root mean square distance of the fitted marks, in camera pixels. */
  readonly residual: number | null
  /** Camera pixels to one pixel of an image, median over the sheet's crops. */
  readonly cameraPixels: number | null
  /** Crop error in source pixels, median over the crops: only for simulated photos, where truth is known. */
  readonly error: { readonly paper: number | null; readonly refined: number | null } | null
  readonly crops: number
  readonly refused: number
}

/** What the model said of one picture. */
export interface ReportAnswer {
  readonly label: string
  /** 0..1 */
  readonly confidence: number
  readonly right: boolean
}

/** One pair from its pixels to its crops. */
export interface ReportExample {
  readonly setting: string
  readonly image: number
  /** The true class. */
  readonly label: string
  readonly clean: { readonly image: ReportImage; readonly answer: ReportAnswer }
  readonly adversarial: { readonly image: ReportImage; readonly answer: ReportAnswer }
  /** Null where there is no crop. */
  readonly cleanCrop: { readonly image: ReportImage; readonly answer: ReportAnswer } | null
  readonly adversarialCrop: { readonly image: ReportImage; readonly answer: ReportAnswer } | null
}

/** A name and a value as the reader sees them. */
export interface ReportFact {
  readonly name: string
  readonly value: string
}

/** Everything that a report is made from. Nothing in it needs to be looked up elsewhere. */
export interface ReportInput {
  /** `created`: ISO 8601, or as the reader should see it. */
  readonly experiment: {
    readonly id: string
    readonly name: string
    readonly created: string
    readonly seed: string
  }
  readonly model: {
    readonly name: string
    readonly sha256: string
    readonly classes: number
    readonly input: { readonly channels: number; readonly height: number; readonly width: number }
  }
  /** Where the images come from, as a phrase: "procedural road signs, test split, seed 7". */
  readonly images: { readonly source: string; readonly perCase: number; readonly skipped: number }
  readonly cases: readonly ReportCase[]
  /** Least confidence of the right answer on the clean and of the wrong one on the adversarial image. */
  readonly prefilterConfidence: number
  readonly settings: readonly ReportSetting[]
  readonly sheets: {
    readonly paper: string
    readonly orientation: string
    readonly sheets: number
    readonly pairs: number
    readonly imageMm: number
    readonly dotsPerPixel: number
  }
  readonly capture:
    | {
        readonly kind: 'simulator'
        readonly level: string
        readonly resolution: string
        readonly seed: string
        /** Parameters of the print and camera models, if they are to be listed. */
        readonly params: readonly ReportFact[]
      }
    /** `devices`: what is known of printer and camera, from EXIF or from the user. */
    | { readonly kind: 'photos'; readonly devices: readonly string[] }
  readonly scores: readonly ReportScore[]
  readonly study: ReportStudy | null
  readonly quality: readonly ReportSheetQuality[]
  readonly refusedPhotos: readonly { readonly file: string; readonly reason: string }[]
  /** Photos to show, small: at most a few. */
  readonly photos: readonly { readonly caption: string; readonly image: ReportImage }[]
  readonly examples: readonly ReportExample[]
  /** Versions and machine: Halftone, Node, ONNX Runtime, back end, processor. */
  readonly environment: readonly ReportFact[]
  /** Commands that do it again, in order. */
  readonly commands: readonly string[]
}
