import { decode } from '@msgpack/msgpack'
import { z } from 'zod'
import type { FromPage } from '#contract/wire'
import { checkMessage } from './checkMessage'

const fromPageSchema: z.ZodType<FromPage> = z.object({
  type: z.literal('call'),
  id: z.int().nonnegative(),
  name: z.string().max(100),
  input: z.unknown(),
})

/** @returns what is wrong with it, when it is no message of a page's */
export function readMessage(data: Buffer): FromPage | string {
  const problem = checkMessage(data)
  if (problem !== null) return `MessagePack that is ${problem}`
  let value: unknown
  try {
    value = decode(data)
  } catch (error) {
    return `MessagePack that cannot be decoded (${error instanceof Error ? error.message : String(error)})`
  }
  const message = fromPageSchema.safeParse(value)
  return message.success ? message.data : 'not of the form { type, id, name, input }'
}
