import { HalftoneError } from '#core/errors'

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full. Free some space and run the step again: what was finished before is kept',
  EDQUOT:
    'your disk quota is used up. Free some space and run the step again: what was finished before is kept',
  EROFS: 'the disk is read-only. Choose a folder that can be written to with --folder',
  EACCES: 'permission was denied. Make the folder writable, or choose another with --folder',
  EPERM: 'the operation is not permitted. Make the folder writable, or choose another with --folder',
  EMFILE: 'too many files are open. Close other programs and try again',
  EIO: 'the disk reported an input or output error. Check the disk',
  ENAMETOOLONG: 'the path is too long. Choose a shorter name or folder',
  ENOTDIR: 'a part of the path is a file, not a folder. Choose another with --folder',
}

/** The `code` of an error of Node's file system, if it is one. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}

/**
 * What the file system refused, in words, with what to do about it.
 * @param doing what was tried: `write images/clean/0001-stop.png`
 */
export function storageError(doing: string, error: unknown): HalftoneError {
  if (error instanceof HalftoneError) return error
  const code = errnoOf(error)
  const reason = (code && reasons[code]) ?? (error instanceof Error ? error.message : String(error))
  return new HalftoneError('storage', `Cannot ${doing}: ${reason}.`, { cause: error })
}
