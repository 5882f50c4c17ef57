import { openLab } from '#node/lab/openLab'
import { Cli } from './Cli'
import { endOnInterrupt } from './interrupts'
import { run } from './run'

const cli = new Cli({ out: process.stdout, err: process.stderr, now: () => performance.now(), openLab })

endOnInterrupt(
  process,
  () => cli.cancel(),
  () => performance.now(),
)
// A reader that has seen enough, such as `head`, is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

process.exitCode = await run(process.argv.slice(2), cli)
