import { join } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const page = 'test/renderer/**/*.test.ts'
const browser = 'test/e2e/{browser,desktop}/**/*.test.ts'

export default defineConfig({
  test: {
    globalSetup: ['test/setup/build.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    // No test finds what another run left in the cache of whoever runs it.
    env: { HALFTONE_CACHE: 'off' },
    projects: [
      { extends: true, test: { name: 'node', include: ['test/**/*.test.ts'], exclude: [page, browser] } },
      {
        extends: true,
        test: {
          name: 'browser',
          include: [browser],
          globalSetup: ['test/setup/browser.ts'],
          testTimeout: 300_000,
          // A browser and a lab at a time: two of each want more than two cores.
          fileParallelism: false,
        },
      },
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
