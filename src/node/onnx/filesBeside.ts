import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { huggingFaceHint, timmHint, type ProfileHint } from '#core/models/profile/profileHints'
import { readProfile } from '#core/models/profile/readProfile'
import { readClassNames } from '#core/models/readClassNames'

/** What files beside a model say of it. */
export interface Beside {
  /** From a labels file of the model's own name. */
  readonly classes: readonly string[] | undefined
  /** From a Hugging Face config.json. */
  readonly classHint: readonly string[] | undefined
  /** Best first: a saved profile, then what exporters wrote. */
  readonly hints: readonly ProfileHint[]
}

/** Looks beside a model for what is known by its name, and for what Hugging Face and timm write. */
export async function filesBeside(path: string): Promise<Beside> {
  const config = await jsonBeside(path, 'config.json')
  const exported = [huggingFaceHint(await jsonBeside(path, 'preprocessor_config.json')), timmHint(config)]
  const saved = await savedProfile(path)
  return {
    classes: await labelsBeside(path),
    classHint: labelsOf(config),
    hints: [...(saved ? [saved] : []), ...exported.filter((hint) => hint !== null)],
  }
}

/** Where a model's profile is saved. */
export function profilePath(model: string): string {
  return `${withoutExtension(model)}.profile.json`
}

const withoutExtension = (path: string): string => path.replace(/\.(onnx|json)$/i, '')

async function savedProfile(model: string): Promise<ProfileHint | null> {
  const path = profilePath(model)
  const text = await textOf(path)
  if (text === null) return null
  return { values: readProfile(text, path), reason: `${basename(path)} beside the model`, origin: 'given' }
}

async function labelsBeside(path: string): Promise<readonly string[] | undefined> {
  for (const extension of ['json', 'txt']) {
    const beside = `${withoutExtension(path)}.labels.${extension}`
    const text = await textOf(beside)
    if (text !== null) return readClassNames(text, beside)
  }
  return undefined
}

/** Optimum lays a model into a folder `onnx` below the one that describes it. */
async function jsonBeside(path: string, name: string): Promise<unknown> {
  const folder = dirname(path)
  const folders = basename(folder) === 'onnx' ? [folder, dirname(folder)] : [folder]
  for (const each of folders) {
    const text = await textOf(join(each, name))
    if (text === null) continue
    try {
      return JSON.parse(text) as unknown
    } catch {
      // Files of these names belong to other programs too: what is no JSON says nothing of the model.
      return null
    }
  }
  return null
}

const labelsSchema = z.object({ id2label: z.record(z.string().regex(/^\d+$/), z.string()) })

function labelsOf(config: unknown): readonly string[] | undefined {
  const read = labelsSchema.safeParse(config)
  if (!read.success) return undefined
  const { id2label } = read.data
  const names = Object.keys(id2label).map((_, i) => id2label[String(i)])
  return names.every((name) => name !== undefined) ? names : undefined
}

async function textOf(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  }
}

/** The system's name for what went wrong with a file. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
