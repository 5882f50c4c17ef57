import { basename, join } from 'node:path'
import { build } from 'vite'
import { temporaryFolder } from './temporary'

/** One file of this project with all it imports as JavaScript that a child process can start; gone after the test. */
export async function bundled(entry: string): Promise<string> {
  const folder = await temporaryFolder()
  const name = `${basename(entry, '.ts')}.mjs`
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: entry,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: name, codeSplitting: false } },
    },
  })
  // Whoever the child runs as must be able to read it.
  const { chmod } = await import('node:fs/promises')
  await chmod(folder, 0o755)
  return join(folder, name)
}
