import { z } from 'zod'
import { profileInputSchema, profileSchema } from './profile'

export const providerSchema = z.enum(['cuda', 'dml', 'coreml', 'webgpu', 'cpu'])

const inputSchema = z.object({ channels: z.int(), height: z.int(), width: z.int() })

const differentiableSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), reason: z.string() }),
])

/** A model that experiments and the playground can choose. */
export const shelfModelSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Path of the file on the lab's machine; null for the embedded model. */
  path: z.string().nullable(),
  /** Path of a file of class names; null where the model carries them or has none. */
  labels: z.string().nullable(),
  /** When it was added, ISO 8601; null for the embedded model. */
  added: z.string().nullable(),
  /** Size of the file in bytes; null where it cannot be read. */
  size: z.number().nullable(),
  input: inputSchema.nullable(),
  classes: z.array(z.string()).readonly(),
  differentiable: differentiableSchema.nullable(),
  profile: profileSchema.nullable(),
  /** Why it cannot be used: moved, damaged, no classifier; null when it can. */
  problem: z.string().nullable(),
})

const tensorSchema = z.object({
  name: z.string(),
  type: z.string(),
  /** null for a length that follows the batch. */
  shape: z.array(z.number().nullable()).readonly(),
})

/** Everything that can be told of a model file. */
export const inspectionSchema = z.object({
  name: z.string(),
  /** SHA-256 of the file, in hex. */
  sha256: z.string(),
  /** In bytes. */
  size: z.number(),
  inputs: z.array(tensorSchema).readonly(),
  outputs: z.array(tensorSchema).readonly(),
  /** The tensor that attacks take as scores; null when the model is no classifier. */
  logits: z.object({ name: z.string(), classes: z.int() }).nullable(),
  batch: z.union([z.literal('free'), z.int()]),
  opset: z.int(),
  /** How often each operator occurs, most frequent first. */
  ops: z.array(z.object({ op: z.string(), count: z.int() })).readonly(),
  parameters: z.number(),
  /** Floating point operations of one image. */
  flops: z.number(),
  metadata: z.record(z.string(), z.string()),
  input: inputSchema.nullable(),
  classes: z.array(z.string()).readonly(),
  provider: z.string().nullable(),
  /** Why better back ends were passed over, one line each. */
  passedOver: z.array(z.string()).readonly(),
  differentiable: differentiableSchema.nullable(),
  profile: profileSchema.nullable(),
  /** Why it cannot be opened; null when it can. */
  problem: z.string().nullable(),
})

/** A model file of the user's: where it lies, the class names, and what is known of its preprocessing. */
export const modelFileSchema = z.object({
  path: z.string(),
  labels: z.string().optional(),
  profile: profileInputSchema.optional(),
})

/** Medians over several runs of one model on this machine. */
export const speedSchema = z.object({
  provider: z.string(),
  threads: z.int(),
  runs: z
    .array(
      z.object({
        batch: z.int(),
        /** Milliseconds per image; the gradient is null when the model has none. */
        forward: z.number(),
        gradient: z.number().nullable(),
      }),
    )
    .readonly(),
})

/** A back end of ONNX Runtime, whether it works here, and why not. */
export const backEndSchema = z.object({
  provider: providerSchema,
  works: z.boolean(),
  reason: z.string().nullable(),
})

export type ShelfModel = z.infer<typeof shelfModelSchema>
export type Inspection = z.infer<typeof inspectionSchema>
export type ModelFile = z.input<typeof modelFileSchema>
export type Speed = z.infer<typeof speedSchema>
export type BackEnd = z.infer<typeof backEndSchema>
