import { execFileSync } from 'node:child_process'

/** Child processes are started from built files, so the build runs once before the tests. */
export default function setup(): void {
  if (process.env['HALFTONE_SKIP_BUILD'] === '1') return
  execFileSync(
    process.execPath,
    ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn'],
    {
      stdio: 'inherit',
    },
  )
}
