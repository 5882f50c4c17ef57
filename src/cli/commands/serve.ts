import { resolve } from 'node:path'
import { LabProcess } from '#node/lab/LabProcess'
import { halftoneFolder } from '#node/lab/halftoneFolder'
import { isLoopback } from '#server/hostNames'
import { LabServer } from '#server/LabServer'
import { openBrowser } from '#server/openBrowser'
import { pagesFolder } from '#server/pagesFolder'
import type { Cli, CommonOptions, RegisterCommand } from '../Cli'
import { between, common } from '../options'

interface Options extends CommonOptions {
  readonly port: number
  readonly listen: string
  readonly files?: readonly string[]
  readonly open: boolean
}

export const serve: RegisterCommand = (program, cli) => {
  common(program.command('serve'))
    .description('open the lab to a browser, on this machine or on another')
    .option('--port <number>', 'port to serve at, 0 for any that is free', between(0, 65535), 0)
    .option('--listen <address>', 'address to serve at; 0.0.0.0 stands for all of this machine', '127.0.0.1')
    .option(
      '--files <folder>',
      'let the page name models and pictures in this folder; may be given several times',
      (folder: string, before: readonly string[] = []) => [...before, folder],
    )
    .option('--no-open', 'do not start a browser')
    .action((options: Options) => run(options, cli))
}

async function run(options: Options, cli: Cli): Promise<void> {
  const folder = resolve(options.folder)
  await using lab = new LabProcess({
    folder,
    readable: (options.files ?? []).map((each) => resolve(each)),
    ...(options.provider && { provider: options.provider }),
    ...(options.threads !== undefined && { threads: options.threads }),
  })
  const server = new LabServer({
    lab,
    pages: pagesFolder(),
    uploads: halftoneFolder(folder).uploads,
    listen: options.listen,
    port: options.port,
    log: (line) => cli.err.write(`${line}\n`),
  })
  const urls = await server.open()
  try {
    const ended = cli.untilCancelled()
    cli.result(options, { urls, folder }, textOf(urls, folder, options.listen))
    if (options.open) await openBrowser(server.ticketUrl())
    await ended
    cli.err.write('Closing: what runs stops here and can be resumed later.\n')
  } finally {
    await server.close()
  }
}

function textOf(urls: readonly string[], folder: string, listen: string): string {
  const [first, ...others] = urls
  const lines = [`Halftone is open at ${first!}`, ...others.map((url) => `               also ${url}`)]
  if (!isLoopback(listen)) {
    lines.push(
      'Other machines can reach this address. The token in it keeps out whoever has not been given the address, but all',
      'traffic is plain HTTP: who can listen in on the network can read it, and use the token. On a network that you do',
      `not trust, leave --listen out and come in through a tunnel: ssh -L PORT:127.0.0.1:PORT this-machine`,
    )
  }
  lines.push(`Experiments are in ${folder}. Ctrl-C ends it.`)
  return lines.join('\n')
}
