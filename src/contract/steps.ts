import { z } from 'zod'
import { caseSchema, paramValuesSchema } from './experiment'
import { predictionSchema } from './prediction'

/** Why a file of the user's was left out. */
export const refusedSchema = z.object({ file: z.string(), reason: z.string() })

/** One image that the experiment uses. Its number is its place in the source's random order. */
export const imageSchema = z.object({
  image: z.int().nonnegative(),
  label: z.int().nonnegative(),
  /** The class's name. */
  className: z.string(),
  /** Where it came from: a file, or the seed of a drawn sign. */
  origin: z.string(),
  /** File of the clean image, from the experiment's folder. */
  file: z.string(),
  prediction: predictionSchema,
})

/** images/images.json: the clean images that are in use, and what of the source could not be read. */
export const imageListSchema = z.object({
  images: z.array(imageSchema).readonly(),
  refused: z.array(refusedSchema).readonly(),
})

/** What one setting made of one image. */
export const adversarialSchema = z.object({
  image: z.int().nonnegative(),
  file: z.string(),
  /** The class steered towards, for attacks that have one. */
  target: z.int().nonnegative().nullable(),
  prediction: predictionSchema,
  /** Greatest change of a pixel, 0..255. */
  linf: z.number(),
  /** Root of the mean squared change, 0..255. */
  rms: z.number(),
})

/** Which images stand for a case, and how they were found. */
export const selectionSchema = z.object({
  images: z.array(z.int().nonnegative()).readonly(),
  /** Images wanted. */
  wanted: z.int(),
  /** Images looked at to find them. */
  searched: z.int(),
})

/** images/<setting>/setting.json: written last, so that its presence says that the setting is complete. */
export const generatedSchema = z.object({
  setting: z.string(),
  attack: z.string(),
  params: paramValuesSchema,
  cases: z.partialRecord(caseSchema, selectionSchema),
  images: z.array(adversarialSchema).readonly(),
})

/** One pair on a sheet: the clean image and what a setting made of it. */
export const pairSchema = z.object({ setting: z.string(), image: z.int().nonnegative() })

/** How the pages are laid out: `LayoutOptions` of core/sheet, lengths in millimetres. */
export const layoutSchema = z.object({
  paper: z.enum(['A4', 'Letter']),
  orientation: z.enum(['portrait', 'landscape']),
  margin: z.number(),
  imagePx: z.object({ width: z.int().positive(), height: z.int().positive() }),
  size: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('dots'), dotsPerPixel: z.int().positive() }),
    z.object({ kind: z.literal('mm'), width: z.number().positive() }),
  ]),
  pairColumns: z.union([z.int().positive(), z.literal('auto')]),
  gutter: z.number(),
  caption: z.number(),
  code: z.number(),
})

/** sheets/sheets.json: which pair stands in which place of which sheet of sheets.pdf. Sheets count from 1. */
export const sheetListSchema = z.object({
  /** The code that the sheets' QR codes carry for this experiment. */
  code: z.string(),
  /** SHA-256 of sheets.pdf. */
  pdf: z.string(),
  layout: layoutSchema,
  sheets: z.array(z.object({ sheet: z.int().positive(), pairs: z.array(pairSchema).readonly() })).readonly(),
})

/** The crops of each image: located the paper's way or refined, colours as photographed or corrected by the patches. */
export const cropKinds = ['paper', 'paper-corrected', 'refined', 'refined-corrected'] as const
export const cropKindSchema = z.enum(cropKinds)
export const roleSchema = z.enum(['clean', 'adversarial'])

/** One image cropped from a photo, in each kind; or why there is none. */
export const cropSchema = z.object({
  setting: z.string(),
  image: z.int().nonnegative(),
  role: roleSchema,
  /** Files by kind, from the experiment's folder. */
  files: z.partialRecord(cropKindSchema, z.string()),
  /** Why this crop was refused; null when it was not. */
  refused: z.string().nullable(),
  quality: z.object({
    /** Camera pixels to one pixel of the image, where they are fewest. */
    cameraPixels: z.number(),
    /** Standard deviation of the photo's blur at the image, in pixels of the image. */
    blur: z.number(),
    /** Root mean square distance of the marks round the image from the fit, in pixels of the image. */
    residual: z.number(),
  }),
  /** How far the crop is off its true place, in pixels of the image; null where the truth is not known (real photos). */
  error: z.object({ paper: z.number(), refined: z.number() }).nullable(),
})

/** crops/sheet-001.json: written last, so that its presence says that the sheet is captured. */
export const capturedSheetSchema = z.object({
  sheet: z.int().positive(),
  /** SHA-256 of the sheets.pdf that was printed. */
  pdf: z.string(),
  photo: z.object({
    /** From the experiment's folder. */
    file: z.string(),
    /** The name under which it came. */
    origin: z.string(),
    width: z.int(),
    height: z.int(),
  }),
  /** QR codes whose text was read: the paper's own rule drops a photo with fewer than four. */
  codes: z.int().nonnegative(),
  marks: z.object({ found: z.int(), visible: z.int() }),
  /** Root mean square distance of the marks from the fit, in camera pixels. */
  residual: z.number(),
  /** Means over the sheet's images: camera pixels to one image pixel, and blur in camera pixels. */
  cameraPixels: z.number(),
  blur: z.number(),
  warnings: z.array(z.string()).readonly(),
  crops: z.array(cropSchema).readonly(),
})

/** A photo that gave no crops, or not of all its sheets; `file` is the name under which it came. */
export const refusedPhotoSchema = refusedSchema.extend({
  /** Its copy, from the experiment's folder, and the size of the upright picture; absent for what is no picture. */
  photo: z.object({ file: z.string(), width: z.int(), height: z.int() }).optional(),
})

/** photos/refused.json: the photos that gave no crops, and why. */
export const refusedPhotosSchema = z.object({ refused: z.array(refusedPhotoSchema).readonly() })

export type Refused = z.infer<typeof refusedSchema>
export type RefusedPhoto = z.infer<typeof refusedPhotoSchema>
export type ImageRecord = z.infer<typeof imageSchema>
export type ImageList = z.infer<typeof imageListSchema>
export type Adversarial = z.infer<typeof adversarialSchema>
export type Selection = z.infer<typeof selectionSchema>
export type Generated = z.infer<typeof generatedSchema>
export type SheetPair = z.infer<typeof pairSchema>
export type SheetList = z.infer<typeof sheetListSchema>
export type CropKind = z.infer<typeof cropKindSchema>
export type Role = z.infer<typeof roleSchema>
export type Crop = z.infer<typeof cropSchema>
export type CapturedSheet = z.infer<typeof capturedSheetSchema>
