import { z } from 'zod'
import { caseSchema, paramValuesSchema } from './experiment'
import { destructionSchema, predictionSchema, shareSchema, top1And5 } from './prediction'
import { cropKindSchema } from './steps'

/** results/images.json: what the model says of one image under one setting, before the print and from each crop. */
export const imageResultSchema = z.object({
  setting: z.string(),
  image: z.int().nonnegative(),
  label: z.int().nonnegative(),
  cases: z.array(caseSchema).readonly(),
  source: z.object({ clean: predictionSchema, adversarial: predictionSchema }),
  /** Null where no crop was had. */
  photo: z.partialRecord(
    cropKindSchema,
    z.object({ clean: predictionSchema.nullable(), adversarial: predictionSchema.nullable() }),
  ),
})

const accuracySchema = z.object({ source: top1And5(shareSchema), photo: top1And5(shareSchema) })

/** One row of the tables: a setting in a case, seen through one kind of crop. */
export const scoreSchema = z.object({
  setting: z.string(),
  attack: z.string(),
  params: paramValuesSchema,
  case: caseSchema,
  crop: cropKindSchema,
  /** Images of the case, and those of them whose adversarial crop was had: only these are scored. */
  images: z.int().nonnegative(),
  photographed: z.int().nonnegative(),
  accuracy: z.object({ clean: accuracySchema, adversarial: accuracySchema }),
  destruction: top1And5(destructionSchema),
  /** The rates of Kurakin 2016 for the same attack and epsilon; null where the paper has none. */
  paper: top1And5(z.number()).nullable(),
})

/** results/scores.json */
export const scoreListSchema = z.object({ scores: z.array(scoreSchema).readonly() })
export const imageResultListSchema = z.object({ images: z.array(imageResultSchema).readonly() })

/** One point of a curve of the transformation study. */
export const studyPointSchema = z.object({
  transform: z.string(),
  strength: z.number(),
  setting: z.string(),
  attack: z.string(),
  destruction: top1And5(destructionSchema),
  /** Accuracy on the transformed clean images: what the transformation costs by itself. */
  clean: top1And5(shareSchema),
})

/** results/study.json */
export const studySchema = z.object({
  images: z.int().positive(),
  transforms: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      axis: z.string(),
      strengths: z.array(z.number()).readonly(),
    }),
  ),
  points: z.array(studyPointSchema).readonly(),
})

export type ImageResult = z.infer<typeof imageResultSchema>
export type Score = z.infer<typeof scoreSchema>
export type StudyPoint = z.infer<typeof studyPointSchema>
export type Study = z.infer<typeof studySchema>
export type Destruction = z.infer<typeof destructionSchema>
