import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const page = 'test/renderer/**/*.test.ts'

export default defineConfig({
  test: {
    globalSetup: ['test/setup/build.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'node', include: ['test/**/*.test.ts'], exclude: [page] } },
      {
        extends: true,
        plugins: [svelte({ configFile: join(import.meta.dirname, 'svelte.config.js') })],
        // Components as the browser gets them, not as a server would render them.
        resolve: { conditions: ['browser'] },
        test: { name: 'page', include: [page], environment: 'happy-dom' },
      },
    ],
  },
})
