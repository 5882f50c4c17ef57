import { openLab } from '#node/lab/openLab'
import { Cli } from './Cli'
import { run } from './run'

const cli = new Cli({ out: process.stdout, err: process.stderr, now: () => performance.now(), openLab })

// The first Ctrl-C ends the running job in order, the second ends the process.
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted || !cli.cancel()) process.exit(130)
    interrupted = true
  })
}
// A reader that has seen enough, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await run(process.argv.slice(2), cli)
