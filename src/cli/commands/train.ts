import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { plural } from '#core/report/format'
import { recipeOf, recipes } from '#core/training/recipes/index'
import type { TrainingCard } from '#node/training/card'
import { trainingFiles } from '#node/training/results'
import { trainNet, type TrainingRequest } from '#node/training/trainNet'
import { slug } from '#contract/paths'
import type { RegisterCommand } from '../Cli'
import { between, whole } from '../options'
import { duration, ProgressLine } from '../ProgressLine'

interface Options {
  readonly data: string
  readonly out?: string
  readonly seed: string
  readonly dataSeed: string
  readonly pictures?: number
  readonly testPictures: number
  readonly part: { readonly index: number; readonly of: number }
  readonly lambda?: number
  readonly epochs?: number
  readonly batch?: number
  readonly rate?: number
  readonly threads?: number
  readonly json?: boolean
}

/** `halftone train`: the nets of the papers, by Halftone's own training. */
export const train: RegisterCommand = (program, cli) => {
  withOptions(program.command('train'))
    .argument('<net>', `one of ${recipes.map(({ id }) => id).join(', ')}`)
    .description("train one of the papers' small nets, and write it as ONNX with a card and a loss curve")
    .addHelpText('after', netsHelp())
    .action(async (net: string, options: Options) => {
      const request = requestOf(net, options)
      const line = new ProgressLine(request.recipe.id, cli.err, cli.now)
      await cli.cancellable(async (signal) => {
        try {
          const card = await trainNet(request, {
            signal,
            onProgress: (event) => line.update(event),
            onNote: (text) => line.note(text),
          })
          cli.result(options, card, cardText(card, request.out))
        } finally {
          line.end()
        }
      })
    })
}

function withOptions(command: Command): Command {
  return command
    .option('--data <source>', 'digits or colours (drawn), or a folder of MNIST or CIFAR-10 files', 'digits')
    .option('--out <folder>', 'where net, card and curve go (default: runs/NET-DATA-SEED)')
    .option('--seed <text>', 'of the first weights and the order of the pictures', '1')
    .option('--data-seed <text>', 'of drawn pictures', '1')
    .option(
      '--pictures <number>',
      'training pictures (default: all; 60000 drawn digits, 50000 drawn colours)',
      whole(1),
    )
    .option('--test-pictures <number>', 'at most this many to judge the net on', whole(1), 10_000)
    .addOption(
      new Option('--part <i/n>', 'train on the i-th of n equal parts of the pictures')
        .argParser(part)
        .default({ index: 1, of: 1 }, '1/1'),
    )
    .option('--lambda <number>', "weight decay of Szegedy's nets", between(0, 1000))
    .option('--epochs <number>', 'times through the data', whole(1))
    .option('--batch <number>', 'pictures in a step', whole(1))
    .option('--rate <number>', 'peak of the learning rate', between(1e-7, 10))
    .option(
      '--threads <number>',
      'threads, each with a part of every batch (default: one per core for convolutions)',
      whole(1),
    )
    .option('--json', 'print the card as JSON, for programs')
}

function requestOf(net: string, options: Options): TrainingRequest {
  const recipe = recipeOf(net)
  const { data, seed, dataSeed, pictures, testPictures, threads } = options
  const { schedule } = recipe
  return {
    recipe,
    data: { data, seed: dataSeed, pictures, part: options.part, testPictures },
    seed,
    lambda: options.lambda ?? recipe.lambda ?? 0,
    schedule: {
      epochs: options.epochs ?? schedule.epochs,
      batch: options.batch ?? schedule.batch,
      rate: options.rate ?? schedule.rate,
    },
    threads: threads ?? (recipe.parallel ? Math.min(8, availableParallelism()) : 1),
    out: options.out ?? join('runs', folderName(recipe.id, options)),
  }
}

/** What tells one run from another by its name. */
function folderName(id: string, { data, seed, lambda, part: { index, of } }: Options): string {
  const name =
    data
      .split(/[\\/]/)
      .filter((piece) => piece !== '' && piece !== '.')
      .at(-1) ?? 'data'
  const decay = lambda === undefined ? [] : [`lambda${lambda}`]
  return [id, ...decay, slug(name), ...(of > 1 ? [`part${index}of${of}`] : []), `seed${slug(seed)}`].join('-')
}

/** Reads "1/2". */
function part(text: string): { index: number; of: number } {
  const [, first, second] = /^(\d+)\/(\d+)$/.exec(text) ?? []
  const [index, of] = [Number(first), Number(second)]
  if (index >= 1 && index <= of) return { index, of }
  throw new InvalidArgumentError('Expected a part such as 1/2, the first of two.')
}

/** What was made, in a few lines. */
function cardText({ title, data, model, test, training, time, run }: TrainingCard, out: string): string {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`
  const lambda = run.lambda === null ? '' : `, λ = ${run.lambda}`
  const hardest = [...test.perClass].sort((a, b) => a.top1 - b.top1).slice(0, 3)
  return [
    `${title}${lambda}: ${model.parameters.toLocaleString('en')} parameters, ${plural(run.epochs, 'epoch')}`,
    `Trained on ${data.trainedOn}.`,
    `${percent(test.top1)} right of ${data.judgedOn}` +
      `${training.top1 === null ? '' : `; ${percent(training.top1)} of the last training pictures`}.`,
    `Hardest: ${hardest.map(({ name, top1, mistaken }) => `${name} ${percent(top1)}${mistaken[0] === undefined ? '' : ` (for ${mistaken.join(', ')})`}`).join('; ')}`,
    `${duration(1000 * time.seconds)} on ${plural(time.threads, 'thread')}, ${duration(1000 * time.cpuSeconds)} of processor time.`,
    `Wrote ${Object.values(trainingFiles)
      .filter((file) => file !== trainingFiles.checkpoint)
      .map((file) => join(out, file))
      .join(', ')}`,
  ].join('\n')
}

function netsHelp(): string {
  const lines = recipes.map(({ id, title, paper, schedule, lambda }) => {
    const decay = lambda === null ? '' : `, λ = ${lambda}`
    return `  ${id}: ${title} (${plural(schedule.epochs, 'epoch')}${decay})\n      ${paper}`
  })
  return `\nNets, with their usual length:\n${lines.join('\n')}\n\nCtrl-C stops in order; the same command goes on.`
}
