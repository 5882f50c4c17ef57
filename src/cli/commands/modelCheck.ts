import type { Command } from 'commander'
import type { ModelRef } from '#contract/experiment'
import { HalftoneError } from '#core/errors'
import type { ProfileCheck } from '#core/models/profile/checkProfile'
import { concatImages } from '#core/tensor/Images'
import type { SourceImage } from '#lab/ports/ImageSource'
import { EngineProcess } from '#node/engine/EngineProcess'
import { openImages } from '#node/lab/openImages'
import { saveProfile } from '#node/onnx/saveProfile'
import type { Cli } from '../Cli'
import { backEndText } from '../inspectionText'
import { imagesHelp, imageSource } from '../imageSource'
import { inferenceOptions, openOptions, sourceOf, type ModelOptions } from '../modelOptions'
import { fitOption, splitOption, whole } from '../options'
import { profileFlags } from '../profileFlags'
import { profileCheckText } from '../profileText'
import { ProgressLine } from '../ProgressLine'

interface Options extends ModelOptions {
  readonly images: string
  readonly fit?: 'crop' | 'pad' | 'stretch'
  readonly split: 'train' | 'validation' | 'test'
  readonly count: number
  readonly seed: string
  readonly saveProfile?: boolean
}

/** `halftone model check`: which preprocessing names labelled images right. */
export function addModelCheck(group: Command, cli: Cli): void {
  profileFlags(inferenceOptions(group.command('check')))
    .argument('<file>', 'an ONNX model, or the folder of a TF.js model')
    .description('try the known ways of preprocessing on labelled images: is the profile the right one?')
    .requiredOption('--images <source>', imagesHelp)
    .addOption(fitOption())
    .addOption(splitOption())
    .option('--count <number>', 'images', whole(1), 64)
    .option('--seed <text>', 'the same seed takes the same images', '1')
    .option('--save-profile', 'keep the profile that fits best beside the model, in MODEL.profile.json')
    .action(async (path: string, options: Options) => {
      const line = new ProgressLine('check', cli.err, cli.now)
      await using engine = new EngineProcess()
      let found: ProfileCheck
      let text: string
      try {
        const source = sourceOf(path, options)
        const { info } = await engine.open(source, openOptions(options))
        const { name, id, classes, input, profile } = info
        const taken = await labelledImages(options, {
          name,
          path,
          labels: null,
          sha256: id,
          classes,
          input,
          profile,
        })
        const images = concatImages(taken.map(({ image }) => image))
        const labels = taken.map(({ label }) => label)
        found = await engine.check(
          source,
          { images, labels },
          {
            ...openOptions(options),
            onProgress: ({ done, total }) => {
              line.update({ phase: 'preprocessings tried', done, total })
            },
          },
        )
        const saved =
          options.saveProfile && found.verdict !== 'none-fits'
            ? await saveProfile(path, found.ranked[0]!.profile)
            : null
        text =
          profileCheckText(found) +
          `\nThe model ran on ${backEndText(info)}.` +
          (saved ? `\nThe first profile is kept in ${saved}.` : '')
      } finally {
        line.end()
      }
      cli.result(options, found, text)
    })
}

async function labelledImages(options: Options, model: ModelRef): Promise<readonly SourceImage[]> {
  const { images, split, seed, count, fit } = options
  const source = await openImages(imageSource({ images, split, fit, seed }), model, seed)
  const taken: SourceImage[] = []
  for (let number = 0; number < source.size && taken.length < count; number++) {
    const image = await source.take(number)
    if (!('reason' in image)) taken.push(image)
  }
  if (taken.length > 0) return taken
  throw new HalftoneError('not-found', `None of the images in ${images} can be read.`)
}
