import { z } from 'zod'
import { profileInputSchema, type ProfileInput } from '#contract/profile'
import { HalftoneError } from '#core/errors'

/**
 * A profile, or a part of one, from the text of a JSON file or a command line.
 * @param where what the text is, for messages
 * @throws HalftoneError `unreadable-file`
 */
export function readProfile(text: string, where: string): ProfileInput {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new HalftoneError('unreadable-file', `${where}: expected a profile as JSON, the text is damaged.`, {
      cause,
    })
  }
  const read = z.strictObject(profileInputSchema.shape).safeParse(json)
  if (read.success) return read.data
  const fields = Object.keys(profileInputSchema.shape).join(', ')
  throw new HalftoneError(
    'unreadable-file',
    `${where}: expected a profile, with any of ${fields}. ${z.prettifyError(read.error).replaceAll('\n', ' ')}`,
  )
}
