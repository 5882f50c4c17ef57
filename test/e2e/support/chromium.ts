import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A Chromium to test in, or why there is none. */
export type FoundChromium = { readonly path: string } | { readonly reason: string }

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const elsewhere = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The one that HALFTONE_CHROMIUM names, or one that is installed. */
export function findChromium(): string | undefined {
  const named = process.env['HALFTONE_CHROMIUM']
  if (named !== undefined) return named
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...elsewhere]
  return candidates.find(isProgram)
}

/**
 * Finds a Chromium, or installs Debian's where that can be done without asking: as root, or in CI, where sudo asks for
 * nothing. Elsewhere a test run must not change the machine.
 */
export function chromiumForTests(): FoundChromium {
  const found = findChromium()
  if (found !== undefined) {
    return isProgram(found)
      ? { path: found }
      : { reason: `HALFTONE_CHROMIUM names ${found}, which is no program` }
  }
  const root = process.getuid?.() === 0
  if (!existsSync('/usr/bin/apt-get') || !(root || process.env['CI'])) {
    return {
      reason:
        'no Chromium here; install one (Debian: apt-get install chromium) or name it in HALFTONE_CHROMIUM',
    }
  }
  console.log('Installing Chromium for the browser tests (apt-get install chromium)...')
  const prefix = root ? [] : ['sudo', '-n']
  for (const step of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
  ]) {
    const [program, ...args] = [...prefix, 'apt-get', ...step]
    const { status, stderr } = spawnSync(program!, args, {
      encoding: 'utf8',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (status !== 0) {
      return {
        reason: `no Chromium here, and apt-get ${step[0]} failed: ${stderr.trim().split('\n').at(-1)}`,
      }
    }
  }
  const installed = findChromium()
  return installed === undefined
    ? { reason: 'Debian installed no program called chromium' }
    : { path: installed }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
