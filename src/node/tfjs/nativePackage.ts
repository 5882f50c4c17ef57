import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { findBackendFactory, version_core as ownVersion } from '@tensorflow/tfjs-core'
import { z } from 'zod'

/** The packages around libtensorflow that a user may have installed. Both register the one back end. */
export const nativePackages = ['tfjs-node-gpu', 'tfjs-node'] as const
export type NativePackage = (typeof nativePackages)[number]

/** Why a back end is not taken, for people, in one line. */
export class Passed extends Error {}

/** What the packages call the back end that they register. */
export const tensorflow = 'tensorflow'

export interface NativePackages {
  /** Loads a module of the user's by its name. @throws what `require` throws */
  readonly load: (name: string) => unknown
  /** Where they are looked for, as a part of a sentence; null for beside Halftone. */
  readonly where: string | null
}

/**
 * Where the user's packages are: in the folder that HALFTONE_TFJS names (the one that `npm install` was called in), or else
 * wherever Node finds them from Halftone's own files.
 * @returns null when HALFTONE_TFJS is empty or `off`: then none is used
 */
export function userPackages(environment: NodeJS.ProcessEnv): NativePackages | null {
  const folder = environment['HALFTONE_TFJS']
  if (folder === undefined) return { load: createRequire(import.meta.url), where: null }
  if (folder === '' || folder === 'off') return null
  // What the file is called does not matter, nor that it is not there: Node looks from its folder upwards.
  return { load: createRequire(join(resolve(folder), 'halftone.cjs')), where: resolve(folder) }
}

const manifest = z.object({ version: z.string() })

/**
 * Loads one of the packages, which registers its back end.
 * @throws Passed where it is not installed or does not load, with what can be done about it
 */
export function loadNative(name: NativePackage, { load, where }: NativePackages): void {
  const full = `@tensorflow/${name}`
  let version: string
  try {
    version = manifest.parse(load(`${full}/package.json`)).version
  } catch (error) {
    if (codeOf(error) !== 'MODULE_NOT_FOUND') throw new Passed(firstLine(error), { cause: error })
    throw new Passed(`not installed${where === null ? '' : ` in ${where}`}`)
  }
  // It brings a core of its own. Two copies share their back ends and kernels by a global of the process, in the form of
  // their version: another version's would be taken without a check.
  if (version !== ownVersion) {
    throw new Passed(
      `version ${version} is installed${where === null ? '' : ` in ${where}`}, Halftone needs ${full}@${ownVersion}`,
    )
  }
  mendUtil()
  try {
    load(full)
  } catch (error) {
    throw new Passed(reasonOf(error, full), { cause: error })
  }
  if (!findBackendFactory(tensorflow)) throw new Passed('it registers no back end')
}

/**
 * Tells TensorFlow how many threads to compute with, which it reads once, when it is loaded.
 * @returns how many it has: those of whoever loaded it first
 */
export function nativeThreads(environment: NodeJS.ProcessEnv, asked: number | undefined): number {
  if (asked !== undefined && !findBackendFactory(tensorflow)) {
    environment['TF_NUM_INTRAOP_THREADS'] = String(asked)
    environment['TF_NUM_INTEROP_THREADS'] = String(asked)
  }
  const set = Number(environment['TF_NUM_INTRAOP_THREADS'])
  return Number.isInteger(set) && set > 0 ? set : availableParallelism()
}

/** Version 4.22 calls two functions that Node 23 took away. */
function mendUtil(): void {
  const util = createRequire(import.meta.url)('node:util') as Record<string, unknown>
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] ??= Array.isArray
}

function reasonOf(error: unknown, full: string): string {
  const line = firstLine(error)
  // npm does not run it where scripts are switched off, and goes on where the files cannot be fetched.
  const again = `run npm rebuild ${full} --ignore-scripts=false where it is installed`
  if (line.includes('tfjs_binding.node')) return `its install script has not run to its end: ${again}`
  return codeOf(error) === 'ERR_DLOPEN_FAILED' ? `${line} (${again})` : line
}

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined

export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return text.split('\n')[0]!.trim()
}
