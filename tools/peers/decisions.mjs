// node tools/peers/decisions.mjs MODEL IMAGES.npy LABELS.npy FOLDER
import { fileURLToPath } from 'node:url'
import { runnerImport } from 'vite'

const { module } = await runnerImport(fileURLToPath(new URL('traceDecisions.ts', import.meta.url)), {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  configFile: false,
  oxc: { target: 'node20' },
  logLevel: 'error',
})
await module.trace(...process.argv.slice(2))
