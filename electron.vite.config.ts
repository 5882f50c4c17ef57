import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'

/** Every file that Node or Electron starts by itself: the window's main process, the command line, child processes, tools. */
const entries = {
  main: 'src/main/main.ts',
  cli: 'src/cli/main.ts',
  lab: 'src/server/child.ts',
  engine: 'src/node/engine/child.ts',
  'lab-utility': 'src/main/labUtility.ts',
  'engine-utility': 'src/main/engineUtility.ts',
  'crew-worker': 'src/node/crew/worker.ts',
  'capture-worker': 'src/node/capture/worker.ts',
  'simulator-worker': 'src/node/simulator/worker.ts',
  'training-worker': 'src/node/training/stepWorker.ts',
  'train-signs': 'tools/train-signs/main.ts',
  'signs-worker': 'tools/train-signs/worker.ts',
  bench: 'tools/bench/main.ts',
  'bench-attacks': 'tools/bench/attacks/worker.ts',
  'bench-fresh': 'tools/bench/peers/fresh.ts',
  samples: 'tools/samples/main.ts',
  screenshots: 'tools/screenshots/main.ts',
}

export default defineConfig({
  main: {
    build: {
      outDir: 'out',
      emptyOutDir: false,
      target: 'node20',
      sourcemap: true,
      minify: false,
      externalizeDeps: { include: ['playwright-core'] },
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      sourcemap: true,
      rolldownOptions: {
        input: { preload: 'src/preload/preload.ts' },
        // A sandboxed preload script must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [svelte({ configFile: join(import.meta.dirname, 'svelte.config.js') })],
    build: {
      outDir: 'out/renderer',
      minify: true,
      target: 'chrome120',
      sourcemap: true,
      rolldownOptions: {
        // How long the compiler took is no news to who starts the lab.
        checks: { pluginTimings: false },
        input: { index: join(import.meta.dirname, 'src/renderer/index.html') },
      },
    },
  },
})
