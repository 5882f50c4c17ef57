import { z } from 'zod'
import type { ModelProfile, ProfileField, ProfileInput, ProfileRange, ProfileSource } from '#contract/profile'
import { readProfile } from './readProfile'

/** Values of a profile that something beside the graph says, and what says it. */
export interface ProfileHint {
  readonly values: ProfileInput
  readonly reason: string
  /** `given` for what a person has saved; `detected` unless said. */
  readonly origin?: ProfileSource['origin']
}

/** The entry of a model's metadata in which Halftone keeps a profile. */
export const profileMetadataKey = 'halftone.profile'

/** ONNX MetadataProps.md, "Optional Metadata for Images". */
const nominalRanges: Readonly<Record<string, ProfileRange>> = {
  NominalRange_0_255: '0..255',
  Normalized_0_1: '0..1',
  Normalized_1_1: '-1..1',
  NormalizedRange_0_1: '0..1',
  NormalizedRange_1_1: '-1..1',
}

/** What the free text in a model file says: Halftone's own entry, ONNX's image metadata, Ultralytics' exports. */
export function metadataHints(metadata: ReadonlyMap<string, string>): readonly ProfileHint[] {
  const hints: ProfileHint[] = []
  const own = metadata.get(profileMetadataKey)
  if (own !== undefined) {
    hints.push({
      values: readProfile(own, `Metadata ${profileMetadataKey}`),
      reason: "the file's own profile",
    })
  }
  const range = nominalRanges[metadata.get('Image.NominalPixelRange') ?? '']
  if (range) hints.push({ values: { range }, reason: "the file's metadata Image.NominalPixelRange" })
  const format = metadata.get('Image.BitmapPixelFormat')?.toLowerCase() ?? ''
  if (/^(rgb|bgr)/.test(format)) {
    const channelOrder = format.startsWith('b') ? 'BGR' : 'RGB'
    hints.push({ values: { channelOrder }, reason: "the file's metadata Image.BitmapPixelFormat" })
  }
  if (metadata.get('author') === 'Ultralytics' && metadata.get('task') === 'classify') {
    hints.push({
      values: { range: '0..1', mean: [0], std: [1], channelOrder: 'RGB' },
      reason: 'an Ultralytics classifier',
    })
  }
  return hints
}

const sizeSchema = z.union([
  z.int().positive(),
  z.object({ shortest_edge: z.int().positive() }),
  z.object({ height: z.int().positive(), width: z.int().positive() }),
])

const huggingFaceSchema = z.object({
  do_rescale: z.boolean().optional(),
  rescale_factor: z.number().positive().optional(),
  do_normalize: z.boolean().optional(),
  image_mean: z.array(z.number()).optional(),
  image_std: z.array(z.number().positive()).optional(),
  do_resize: z.boolean().optional(),
  size: sizeSchema.optional(),
  do_center_crop: z.boolean().optional(),
  crop_size: sizeSchema.optional(),
  crop_pct: z.number().positive().nullable().optional(),
  do_flip_channel_order: z.boolean().optional(),
})

/** Below this side ConvNeXt's processor cuts the middle out, from it on it stretches. */
const warpedFrom = 384

/**
 * What a Hugging Face `preprocessor_config.json` says, which optimum's exports lay beside model.onnx. Null when the JSON is
 * something else. Size is a hint only where the file leaves it open.
 */
export function huggingFaceHint(json: unknown): ProfileHint | null {
  const read = huggingFaceSchema.safeParse(json)
  if (!read.success) return null
  const telling = [read.data.image_mean, read.data.do_normalize, read.data.do_rescale, read.data.do_resize]
  if (telling.every((value) => value === undefined)) return null
  const {
    do_rescale: rescales = true,
    rescale_factor: factor = 1 / 255,
    do_normalize: normalises = true,
  } = read.data
  const { image_mean: mean, image_std: std, crop_size: crop, size } = read.data
  const unit = rescales ? 255 * factor : 255
  const range = { range: Math.abs(unit - 1) < 0.01 ? '0..1' : '0..255' } as const
  const normal = normalises && mean && std ? { mean, std } : { mean: [0], std: [1] }
  const square = sizeOf(crop) ?? sizeOf(size)
  return {
    values: {
      ...range,
      ...normal,
      channelOrder: read.data.do_flip_channel_order === true ? 'BGR' : 'RGB',
      ...(square && { size: square }),
      ...(read.data.do_resize !== false && { resize: resizeOf(read.data) }),
    },
    reason: 'preprocessor_config.json beside the model',
  }
}

function resizeOf({
  size,
  crop_size: crop,
  crop_pct: share,
  do_center_crop: crops,
}: z.infer<typeof huggingFaceSchema>): ModelProfile['resize'] {
  const short = typeof size === 'object' && 'shortest_edge' in size ? size.shortest_edge : null
  if (short !== null && share) {
    if (short >= warpedFrom) return { fit: 'stretch', shortSide: null }
    return { fit: 'crop', shortSide: Math.floor(short / share) }
  }
  if (short !== null) return { fit: 'crop', shortSide: short }
  if (crops !== true) return { fit: 'stretch', shortSide: null }
  // Stretched to a size and then cut: the cut is what can be kept of that.
  const [before, after] = [sizeOf(size), sizeOf(crop)]
  const cut = before && after && before.height > after.height
  return { fit: 'crop', shortSide: cut ? Math.min(before.height, before.width) : null }
}

function sizeOf(size: z.infer<typeof sizeSchema> | undefined): ModelProfile['size'] | null {
  if (size === undefined) return null
  if (typeof size === 'number') return { height: size, width: size }
  return 'height' in size ? size : { height: size.shortest_edge, width: size.shortest_edge }
}

const timmSchema = z.object({
  pretrained_cfg: z.object({
    mean: z.array(z.number()),
    std: z.array(z.number().positive()),
    input_size: z.tuple([z.int(), z.int().positive(), z.int().positive()]),
    crop_pct: z.number().positive().optional(),
    crop_mode: z.string().optional(),
  }),
})

/** What timm's `config.json` says (its `pretrained_cfg`); null when the JSON is something else. */
export function timmHint(json: unknown): ProfileHint | null {
  const read = timmSchema.safeParse(json)
  if (!read.success) return null
  const {
    mean,
    std,
    input_size: [, height, width],
    crop_pct: share = 0.875,
    crop_mode: mode,
  } = read.data.pretrained_cfg
  return {
    values: {
      range: '0..1',
      mean,
      std,
      channelOrder: 'RGB',
      size: { height, width },
      resize: {
        fit: mode === 'squash' ? 'stretch' : mode === 'border' ? 'pad' : 'crop',
        shortSide: Math.floor(Math.min(height, width) / share),
      },
    },
    reason: "timm's config.json beside the model",
  }
}

/** The first hint that says something of a field, and where that comes from. */
export function hintFor<F extends ProfileField>(
  hints: readonly ProfileHint[],
  field: F,
): { readonly value: ModelProfile[F]; readonly source: ProfileSource } | null {
  for (const { values, reason, origin = 'detected' } of hints) {
    const value = values[field]
    if (value !== undefined) {
      // A hint's values are a profile's, field by field.
      return { value: value as ModelProfile[F], source: values.sources?.[field] ?? { origin, reason } }
    }
  }
  return null
}
