import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { projectFolder } from './projectFolder'

/** Halftone's own version. */
export function version(): string {
  return versionIn(join(projectFolder(), 'package.json'))
}

/** The version of an installed package, or "unknown". */
export function versionOf(name: string): string {
  try {
    const require = createRequire(join(projectFolder(), 'package.json'))
    // Some packages do not export their package.json: look beside the folders that are searched.
    for (const folder of require.resolve.paths(name) ?? []) {
      const file = join(folder, name, 'package.json')
      if (existsSync(file)) return versionIn(file)
    }
    return 'unknown'
  } catch {
    return 'unknown'
  }
}

function versionIn(file: string): string {
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
