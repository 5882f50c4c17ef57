import { writeFile } from 'node:fs/promises'
import type { ModelProfile } from '#contract/profile'
import { tfjsPath } from '../tfjs/tfjsFile'
import { profilePath } from './filesBeside'

/** Keeps a profile beside a model, where the model is opened with it from then on. @returns the file */
export async function saveProfile(model: string, profile: ModelProfile): Promise<string> {
  const path = profilePath((await tfjsPath(model)) ?? model)
  await writeFile(path, `${JSON.stringify(profile, null, 2)}\n`)
  return path
}
