#!/usr/bin/env node
// npm start: the window. Builds when a source is newer than the build, starts Electron, and where that cannot be had says
// why in one line and opens the same app in the browser.
//   npm start -- --browser          the browser without asking for Electron
//   npm start -- --port 8000 ...    further options are those of `halftone serve`, and mean the browser too
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildIfStale } from './build-if-stale.js'
import { findElectron } from './find-electron.js'

/** How soon Electron ends by itself when something of it is missing, in ms. */
const early = 10_000

const args = process.argv.slice(2)
const root = buildIfStale()

if (args.length > 0) {
  await serve(args.filter((arg) => arg !== '--browser'))
} else {
  const { path, reason } = await findElectron(root)
  const failed = reason ?? (await start(path))
  if (failed) {
    console.log(`Electron cannot be had here (${failed}): Halftone opens in the browser instead.`)
    await serve([])
  }
}

async function serve(options) {
  process.argv.splice(2, Infinity, 'serve', ...options)
  await import(pathToFileURL(join(root, 'out', 'cli.js')).href)
}

/** Runs the window until it is closed. Answers why it could not be opened. */
function start(electron) {
  const started = Date.now()
  const child = spawn(electron, [root], { stdio: ['inherit', 'inherit', 'pipe'] })
  let said = ''
  child.stderr.on('data', (text) => {
    said = (said + text).slice(-4000)
    process.stderr.write(text)
  })
  // Ctrl-C goes to Electron too, which ends in order; this waits for it.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('exit', (code, signal) => {
      if (code === 0 || Date.now() - started > early || signal === 'SIGTERM') process.exit(code ?? 1)
      process.removeAllListeners('SIGINT')
      process.removeAllListeners('SIGTERM')
      resolve(`it ended at once: ${said.trim().split('\n').at(-1) || (signal ?? `code ${code}`)}`)
    })
  })
}
