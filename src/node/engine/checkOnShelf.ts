import type { ProfileInput } from '#contract/profile'
import { checkProfile, type ProfileCheck } from '#core/models/profile/checkProfile'
import { profilePresets } from '#core/models/profile/presets'
import type { ByteImages } from '#core/tensor/Images'
import type { ImageProgress, ModelSource, OpenOptions } from '#lab/ports/Engine'
import type { Context } from '../process/protocol'
import type { ModelShelf } from './ModelShelf'

export interface CheckInput {
  readonly source: ModelSource
  readonly options: OpenOptions
  readonly images: ByteImages
  readonly labels: readonly number[]
}

/** Opens a model with plain pixels, as {@link checkProfile} needs it, and closes it again. */
export async function checkOnShelf(
  shelf: ModelShelf,
  { source, options, images, labels }: CheckInput,
  { signal, progress }: Context<ImageProgress>,
): Promise<ProfileCheck> {
  const stated = await shelf.open(source, options)
  const current = stated.info.profile
  await shelf.close(stated.handle)
  const profile: ProfileInput = { ...current, ...profilePresets.plain.profile }
  const { handle } = await shelf.open({ ...source, profile }, options)
  try {
    const { model } = shelf.get(handle)!
    return await checkProfile({ model, current, images, labels, signal, progress })
  } finally {
    await shelf.close(handle)
  }
}
