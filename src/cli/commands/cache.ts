import type { Command } from 'commander'
import { cacheFolder } from '#node/onnx/cache/cacheFolder'
import { GraphCache, type CachedModel } from '#node/onnx/cache/GraphCache'
import type { Cli, RegisterCommand } from '../Cli'
import { table } from '../table'

interface CacheOptions {
  readonly json?: boolean
}

export const cache: RegisterCommand = (program, cli) => {
  const group = program
    .command('cache')
    .description('what is kept of opened models, so that they start at once the next time')

  withJson(group.command('show', { isDefault: true }))
    .description('the folder, the models and their sizes, last used first')
    .action(async (options: CacheOptions) => {
      await withCache(options, cli, async (kept) => {
        const models = await kept.list()
        const bytes = models.reduce((sum, model) => sum + model.bytes, 0)
        const found = { folder: kept.folder, bytes, models }
        cli.result(options, found, textOf(kept.folder, bytes, models))
      })
    })

  withJson(group.command('clear'))
    .description('remove all of it; the next start of each model builds it again')
    .action(async (options: CacheOptions) => {
      await withCache(options, cli, async (kept) => {
        const models = await kept.list()
        const bytes = models.reduce((sum, model) => sum + model.bytes, 0)
        await kept.clear()
        const text = `Removed ${models.length} ${models.length === 1 ? 'model' : 'models'}, ${inMegabytes(bytes)}, from ${kept.folder}.`
        cli.result(options, { folder: kept.folder, bytes, models: models.length }, text)
      })
    })
}

const withJson = (command: Command): Command =>
  command.option('--json', 'print the result as JSON, for programs')

async function withCache(
  options: CacheOptions,
  cli: Cli,
  use: (kept: GraphCache) => Promise<void>,
): Promise<void> {
  const folder = cacheFolder(process.env)
  if (folder !== null) await use(new GraphCache(folder))
  else cli.result(options, { folder: null }, 'Nothing is kept: HALFTONE_CACHE turns the cache off.')
}

function textOf(folder: string, bytes: number, models: readonly CachedModel[]): string {
  if (models.length === 0) return `Nothing is kept yet. The folder is ${folder}.`
  const rows = models.map(({ model, bytes: size, used }) => [
    model,
    inMegabytes(size),
    new Date(used).toISOString().slice(0, 16).replace('T', ' '),
  ])
  return `${folder}: ${inMegabytes(bytes)}\n\n${table(['model', 'size', 'last used (UTC)'], rows)}`
}

const inMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
