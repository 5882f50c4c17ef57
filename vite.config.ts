import { existsSync } from 'node:fs'
import { defineConfig } from 'vite'

/** Every file that Node starts by itself: the command line, the child processes, and the tools. */
const entries = {
  cli: 'src/cli/main.ts',
  engine: 'src/node/engine/child.ts',
  'capture-worker': 'src/node/capture/worker.ts',
  'simulator-worker': 'src/node/simulator/worker.ts',
  'train-signs': 'tools/train-signs/main.ts',
  'signs-worker': 'tools/train-signs/worker.ts',
  bench: 'tools/bench/main.ts',
  samples: 'tools/samples/main.ts',
}

export default defineConfig({
  build: {
    ssr: true,
    outDir: 'out',
    emptyOutDir: true,
    target: 'node20',
    sourcemap: true,
    minify: false,
    rolldownOptions: {
      input: Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(file))),
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
})
