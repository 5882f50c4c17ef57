import { z } from 'zod'
import { profileSchema } from './profile'

/** The version of experiment.json that this Halftone writes. Older ones are migrated, newer ones refused. */
export const schemaVersion = 1

/** Names of folders and files made from ids: no separators, no leading dot, nothing a shell or Windows would mind. */
export const idSchema = z
  .string()
  .max(80)
  .regex(/^[a-z0-9][a-z0-9._-]*$/, 'expected lower-case letters, digits, dots, dashes and underscores')

export const paramValuesSchema = z.record(z.string(), z.union([z.number(), z.boolean(), z.string()]))

/** One column of the matrix of methods and epsilons: an attack with all its parameters. */
export const settingSchema = z.object({
  /** Unique in the experiment, and the name of its folder: `fgsm-eps16`. */
  id: idSchema,
  attack: z.string(),
  params: paramValuesSchema,
})

/** Which images: at random from the data, or only those where the model is sure of the right and of the wrong answer. */
export const caseSchema = z.enum(['average', 'prefiltered'])

export const modelRefSchema = z.object({
  name: z.string(),
  /** Path of the model file; null for the embedded model. */
  path: z.string().nullable(),
  /** Path of a file of class names given with the model. */
  labels: z.string().nullable(),
  sha256: z.string(),
  classes: z.array(z.string()).readonly(),
  input: z.object({ channels: z.int(), height: z.int(), width: z.int() }),
  /** How the model's input is made from pixels; absent in experiments made before there were profiles: [0,1] as it is. */
  profile: profileSchema.optional(),
})

export const imageSourceSchema = z.discriminatedUnion('kind', [
  /** The procedural road signs, of the embedded model's classes. */
  z.object({ kind: z.literal('signs'), split: z.enum(['train', 'validation', 'test']), seed: z.string() }),
  /** Digits, and things in colour, that Halftone draws itself: ten classes each, the small stand-ins for MNIST and CIFAR-10. */
  z.object({ kind: z.literal('digits'), split: z.enum(['train', 'validation', 'test']), seed: z.string() }),
  z.object({ kind: z.literal('colours'), split: z.enum(['train', 'validation', 'test']), seed: z.string() }),
  /** MNIST, or what has its form: a folder of IDX files. */
  z.object({ kind: z.literal('idx'), path: z.string(), split: z.enum(['train', 'test']) }),
  /** CIFAR-10's binary batches in a folder. */
  z.object({ kind: z.literal('cifar'), path: z.string(), split: z.enum(['train', 'test']) }),
  /**
   * A folder of folders by label, or a folder with a labels.csv or labels.txt; `fit` brings pictures to the model's size, as the
   * model's profile says where it is left out.
   */
  z.object({
    kind: z.literal('folder'),
    path: z.string(),
    fit: z.enum(['crop', 'pad', 'stretch']).optional(),
  }),
])

export const sheetOptionsSchema = z.object({
  paper: z.enum(['A4', 'Letter']),
  orientation: z.enum(['portrait', 'landscape']),
  /** Printed width of one image in millimetres; null takes what suits the camera. */
  imageMm: z.number().positive().nullable(),
  /** Pairs side by side; null takes as many as fit. */
  columns: z.int().positive().nullable(),
  /** From the paper's edge to the codes, in millimetres. */
  margin: z.number().min(4).max(60).default(10),
})

/** Cameras that sheets can be laid out for. */
export const cameraNameSchema = z.enum(['720p', '1080p', '12MP', '48MP'])

export const captureSourceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('simulator'),
    level: z.string(),
    resolution: z.string(),
    seed: z.string(),
  }),
  /** `camera` is what the sheets are laid out for; a phone of 12 megapixels where none was chosen. */
  z.object({ kind: z.literal('photos'), camera: cameraNameSchema.optional() }),
])

export const environmentSchema = z.object({
  halftone: z.string(),
  node: z.string(),
  os: z.string(),
  cpu: z.string(),
  /** The back end that ran the model, and ONNX Runtime's version. */
  provider: z.string(),
  onnxruntime: z.string(),
})

export const stepNames = ['generated', 'printed', 'captured', 'scored', 'studied', 'reported'] as const

/** How far a step has come: settings, sheets or files done of all. */
export const stepStateSchema = z.object({
  done: z.int().nonnegative(),
  total: z.int().nonnegative(),
  /** When its last part was done, ISO 8601; null before. */
  at: z.string().nullable(),
})

export const stepsSchema = z.object({
  generated: stepStateSchema,
  printed: stepStateSchema,
  captured: stepStateSchema,
  scored: stepStateSchema,
  studied: stepStateSchema,
  reported: stepStateSchema,
})

/** experiment.json: everything that was chosen, and how far the steps have come. */
export const experimentSchema = z.object({
  schema: z.literal(schemaVersion),
  id: idSchema,
  name: z.string(),
  created: z.string(),
  model: modelRefSchema,
  images: imageSourceSchema,
  /** Images of each case. */
  count: z.int().positive(),
  seed: z.string(),
  cases: z.array(caseSchema).min(1).readonly(),
  prefilter: z.object({
    /** The least confidence of the right answer on the clean image, and of the wrong one on the adversarial. */
    confidence: z.number().min(0).max(1),
    /** At most this many images of the source are attacked per setting in search of images that qualify. */
    searchLimit: z.int().positive(),
  }),
  settings: z.array(settingSchema).min(1).readonly(),
  sheets: sheetOptionsSchema,
  capture: captureSourceSchema,
  environment: environmentSchema,
  steps: stepsSchema,
})

export type Setting = z.infer<typeof settingSchema>
export type Case = z.infer<typeof caseSchema>
export type ModelRef = z.infer<typeof modelRefSchema>
export type ImageSourceRef = z.infer<typeof imageSourceSchema>
export type SheetOptions = z.infer<typeof sheetOptionsSchema>
export type CaptureSource = z.infer<typeof captureSourceSchema>
export type CameraName = z.infer<typeof cameraNameSchema>
export type Environment = z.infer<typeof environmentSchema>
export type StepName = (typeof stepNames)[number]
export type StepState = z.infer<typeof stepStateSchema>
export type Experiment = z.infer<typeof experimentSchema>
