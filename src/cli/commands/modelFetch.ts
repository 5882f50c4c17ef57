import type { Command } from 'commander'
import { fetchModel, type FetchedModel } from '#node/onnx/fetchModel'
import type { Cli, CommonOptions } from '../Cli'
import { between } from '../options'
import { ProgressLine } from '../ProgressLine'

interface Options extends CommonOptions {
  readonly to: string
  readonly sha256?: string
  readonly limit: number
}

/** `halftone model fetch`: an ONNX file from an address. */
export function addModelFetch(group: Command, cli: Cli): void {
  group
    .command('fetch')
    .argument('<url>', 'address of an ONNX file')
    .description('fetch a model with its data files; called again, it goes on where it was broken off')
    .option('--to <folder>', 'where it goes', '.')
    .option('--sha256 <hex>', 'what the file must have; it is printed in any case')
    .option('--limit <GB>', 'refuse more than this', between(0.001, 1000), 2)
    .option('--json', 'print the result as JSON, for programs')
    .action(async (url: string, options: Options) => {
      const line = new ProgressLine('fetch', cli.err, cli.now)
      const { to: folder, sha256, limit } = options
      let fetched: FetchedModel
      try {
        fetched = await cli.cancellable(async (signal) => {
          const cancel = new AbortController()
          return await fetchModel({
            url,
            folder,
            sha256,
            mostBytes: limit * 1e9,
            signal: cancel.signal,
            onProgress: ({ done, total }) => {
              if (signal.aborted) cancel.abort()
              line.update({ phase: megabytes(done, total), done, total: total ?? 2 * done })
            },
          })
        })
      } finally {
        line.end()
      }
      const checked = sha256 === undefined ? '' : ', as asked for'
      cli.result(
        options,
        fetched,
        `Fetched ${fetched.path} (${megabytes(fetched.size, null)}).\nSHA-256 ${fetched.sha256}${checked}\n` +
          `Next: halftone model inspect ${fetched.path}`,
      )
    })
}

function megabytes(done: number, total: number | null): string {
  const mb = (bytes: number): string => (bytes / 1e6).toFixed(1)
  return total === null ? `${mb(done)} MB` : `${mb(done)} of ${mb(total)} MB`
}
