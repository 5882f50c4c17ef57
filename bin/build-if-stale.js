// Builds out/ when a source is newer than the last build, so that a fresh clone and an edited one both just run.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

function newest(folder) {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }
  return latest
}

export function buildIfStale() {
  // What each part of the build writes.
  const built = ['cli.js', 'preload/preload.cjs', 'renderer/index.html'].map((file) =>
    join(root, 'out', file),
  )
  const sources = Math.max(newest(join(root, 'src')), statSync(join(root, 'electron.vite.config.ts')).mtimeMs)
  if (built.every((file) => existsSync(file) && statSync(file).mtimeMs >= sources)) return root
  const vite = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  if (!existsSync(vite)) {
    console.error('Halftone is not installed yet: run `npm ci` in this folder first.')
    process.exit(2)
  }
  execFileSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], { cwd: root, stdio: 'inherit' })
  return root
}
