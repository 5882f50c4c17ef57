// Where Electron's binary is; it comes from GitHub at the first start, once.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** How long the download may take, in ms. */
const patience = 180_000

/** Answers { path }, or { reason } where there is none. Only looks when it may not download. */
export async function findElectron(
  root,
  { env = process.env, platform = process.platform, mayDownload = true } = {},
) {
  const folder = join(root, 'node_modules', 'electron')
  if (!existsSync(join(folder, 'package.json'))) return { reason: 'it is not installed' }
  // A window that cannot be shown is not worth a download.
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY) return { reason: 'there is no display' }
  if (platform === 'linux' && process.getuid?.() === 0) return { reason: 'it does not run as root' }
  const own = env.ELECTRON_OVERRIDE_DIST_PATH
  if (own) {
    const path = join(own, executable(folder, platform))
    return existsSync(path) ? { path } : { reason: `ELECTRON_OVERRIDE_DIST_PATH has none: ${path}` }
  }
  const path = join(folder, 'dist', executable(folder, platform))
  if (existsSync(path)) return { path }
  if (!mayDownload) return { reason: 'its binary has not been downloaded' }
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 22 || (major === 22 && minor < 12)) {
    return { reason: `its download needs Node 22.12 or newer, and this is ${process.version}` }
  }
  const failed = await download(folder)
  if (failed) return { reason: failed }
  return existsSync(path) ? { path } : { reason: 'its download left no binary' }
}

function executable(folder, platform) {
  const file = join(folder, 'path.txt')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  if (platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron'
  return platform === 'win32' ? 'electron.exe' : 'electron'
}

/** Answers why it failed. */
function download(folder) {
  console.log('Electron is downloaded from GitHub, once (about 120 MB)...')
  const child = spawn(process.execPath, [join(folder, 'install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: patience,
  })
  let said = ''
  child.stderr.on('data', (text) => (said = (said + text).slice(-4000)))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(`its download could not be started: ${error.message}`))
    child.on('exit', (code, signal) => {
      if (code === 0) resolve(null)
      else if (signal) resolve(`its download took longer than ${patience / 60_000} minutes`)
      else resolve(`its download failed: ${firstLine(said)}`)
    })
  })
}

/** The error itself; the stack below it helps nobody here. */
function firstLine(text) {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.find((line) => /error/i.test(line)) ?? lines.find((line) => line !== '') ?? 'no reason given'
}
