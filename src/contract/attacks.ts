import { z } from 'zod'

/** One adjustable number or choice of an attack; as `ParamSpec` in core/params. */
export const paramSpecSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['number', 'integer']),
    title: z.string(),
    help: z.string(),
    default: z.number(),
    min: z.number(),
    max: z.number(),
    unit: z.string().optional(),
  }),
  z.object({ kind: z.literal('boolean'), title: z.string(), help: z.string(), default: z.boolean() }),
  z.object({
    kind: z.literal('choice'),
    title: z.string(),
    help: z.string(),
    default: z.string(),
    choices: z.array(z.string()).readonly(),
  }),
])

/** What a form needs to know of an attack. */
export const attackDescriptionSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** Authors, year, title. */
  paper: z.string(),
  norm: z.enum(['l0', 'l1', 'l2', 'linf']),
  access: z.enum(['gradient', 'query', 'none']),
  targets: z.enum(['none', 'optional', 'required']),
  params: z.record(z.string(), paramSpecSchema),
  /** Whether an experiment can compare it with others at equal epsilon. */
  experiment: z.boolean(),
})

/** What a form needs to know of a print or camera effect. */
export const transformDescriptionSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** What the strength is, with its unit. */
  axis: z.string(),
  help: z.string(),
  min: z.number(),
  max: z.number(),
  /** The study's strengths, the mildest first. */
  strengths: z.array(z.number()).readonly(),
})

export type AttackDescription = z.infer<typeof attackDescriptionSchema>
export type TransformDescription = z.infer<typeof transformDescriptionSchema>
export type ParamDescription = z.infer<typeof paramSpecSchema>
