import type { ModelProfile, ProfileField } from '#contract/profile'

/** What the model's file fixes nearly always. */
const ofTheFile: ReadonlySet<ProfileField> = new Set(['layout', 'size'])

/**
 * What a command line has to say of a profile so that the same model gets the same numbers, where nothing lies beside its
 * file any more: JSON for `--profile`, without the values that were only taken by default. Null where nothing is to be said.
 */
export function profileFlag({ sources, ...values }: ModelProfile): string | null {
  const fields = (Object.keys(values) as ProfileField[]).filter(
    (field) => field !== 'element' && sources[field].origin !== 'default',
  )
  const telling = fields.some((field) => !ofTheFile.has(field) || sources[field].origin === 'given')
  if (!telling) return null
  return JSON.stringify(Object.fromEntries(fields.map((field) => [field, values[field]])))
}
