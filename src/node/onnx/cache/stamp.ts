import { stat } from 'node:fs/promises'
import { z } from 'zod'

export const stampSchema = z.object({
  size: z.string(),
  /** Nanoseconds, as text: too large for a number. */
  modified: z.string(),
  /** When the file's content, name or rights last changed; programs cannot set it. */
  changed: z.string(),
  inode: z.string(),
})

/** By which a file is known to be as it was when it was last looked into, without reading it again. */
export type Stamp = z.infer<typeof stampSchema>

export async function stampOf(path: string): Promise<Stamp> {
  const { size, mtimeNs, ctimeNs, ino } = await stat(path, { bigint: true })
  return { size: `${size}`, modified: `${mtimeNs}`, changed: `${ctimeNs}`, inode: `${ino}` }
}

export const sameStamp = (one: Stamp, other: Stamp): boolean =>
  one.size === other.size &&
  one.modified === other.modified &&
  one.changed === other.changed &&
  one.inode === other.inode

/** As coarse as the clocks of file systems are (FAT counts in steps of two seconds). */
const clockStep = 2000

/**
 * Whether a file stood still since before a time: only then does its stamp tell every later change.
 * @param time ms since 1970
 */
export function stoodStillSince({ modified, changed }: Stamp, time: number): boolean {
  const latest = Math.max(Number(modified), Number(changed)) / 1e6
  return latest < time - clockStep
}
