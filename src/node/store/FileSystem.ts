import * as fs from 'node:fs/promises'

/** The file operations that the store uses; tests hand in ones that fail. */
export type FileSystem = Pick<
  typeof fs,
  | 'access'
  | 'mkdir'
  | 'open'
  | 'readFile'
  | 'readdir'
  | 'realpath'
  | 'rename'
  | 'rm'
  | 'rmdir'
  | 'stat'
  | 'unlink'
>

export const realFiles: FileSystem = fs
