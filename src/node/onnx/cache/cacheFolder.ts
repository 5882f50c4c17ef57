import { homedir, platform } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/**
 * Where what can be built again is kept: where HALFTONE_CACHE says, or else where this system keeps such things (XDG Base
 * Directory Specification; ~/Library/Caches; LOCALAPPDATA).
 * @returns null when HALFTONE_CACHE is empty or `off`: then nothing is kept
 */
export function cacheFolder(environment: NodeJS.ProcessEnv, system = platform()): string | null {
  const asked = environment['HALFTONE_CACHE']
  if (asked !== undefined) return asked === '' || asked === 'off' ? null : resolve(asked)
  if (system === 'win32') {
    return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'halftone', 'Cache')
  }
  if (system === 'darwin') return join(homedir(), 'Library', 'Caches', 'halftone')
  const xdg = environment['XDG_CACHE_HOME']
  // The specification has relative paths ignored.
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'halftone')
}
