import { readFileSync } from 'node:fs'
import { InvalidArgumentError, Option, type Command } from 'commander'
import {
  channelOrderSchema,
  layoutSchema,
  rangeSchema,
  type ModelProfile,
  type ProfileInput,
} from '#contract/profile'
import { HalftoneError } from '#core/errors'
import { profilePresets } from '#core/models/profile/presets'
import { readProfile } from '#core/models/profile/readProfile'
import { numbers } from './options'

/** What a command line says of a model's preprocessing, by commander's names. */
export interface ProfileFlags {
  readonly profile?: ProfileInput
  readonly layout?: ModelProfile['layout']
  readonly range?: ModelProfile['range']
  readonly mean?: number[]
  readonly std?: number[]
  readonly channels?: ModelProfile['channelOrder']
  readonly inputSize?: ModelProfile['size']
  readonly resize?: ModelProfile['resize']
  readonly scores?: string
}

/** The one option that says it all. */
export const profileOption = (): Option =>
  new Option(
    '--profile <what>',
    `the model's preprocessing: ${Object.keys(profilePresets).join(', ')}, or JSON, or a file of JSON (default: detected)`,
  ).argParser(profileOf)

/** The profile's values one by one; they go before `--profile`. */
export function profileFlags(command: Command): Command {
  return command
    .addOption(new Option('--layout <axes>', "order of the input's axes").choices(layoutSchema.options))
    .addOption(new Option('--range <range>', 'black and white').choices(rangeSchema.options))
    .option(
      '--mean <list>',
      "by channel in the model's order, or one for all, in the unit of the range",
      numbers,
    )
    .option('--std <list>', 'as --mean', numbers)
    .addOption(new Option('--channels <order>', 'order of the channels').choices(channelOrderSchema.options))
    .option('--input-size <height>x<width>', 'of the images, where the file leaves it open', sizeOf)
    .option(
      '--resize <how>',
      'how pictures come to that size: crop, crop:256 (short side first), pad, stretch',
      resizeOf,
    )
    .option('--scores <output>', 'the output with the class scores, where there are several')
}

/** All that the flags say; undefined when they say nothing. */
export function profileInput(flags: ProfileFlags): ProfileInput | undefined {
  const { layout, range, mean, std, channels, inputSize, resize, scores } = flags
  const { sources, ...base } = flags.profile ?? {}
  const single: ProfileInput = {
    ...(layout && { layout }),
    ...(range && { range }),
    ...(mean && { mean }),
    ...(std && { std }),
    ...(channels && { channelOrder: channels }),
    ...(inputSize && { size: inputSize }),
    ...(resize && { resize }),
    ...(scores !== undefined && { output: scores }),
  }
  const said = { ...base, ...single }
  if (Object.keys(said).length === 0) return undefined
  // A whole profile keeps saying where its values came from, unless some of them are said anew.
  return sources && Object.keys(single).length === 0 ? { ...said, sources } : said
}

function profileOf(text: string): ProfileInput {
  if (Object.hasOwn(profilePresets, text)) return profilePresets[text as keyof typeof profilePresets].profile
  if (text.trimStart().startsWith('{')) return readProfile(text, '--profile')
  let json: string
  try {
    json = readFileSync(text, 'utf8')
  } catch (cause) {
    const presets = Object.keys(profilePresets).join(', ')
    throw new HalftoneError(
      'not-found',
      `--profile ${text}: expected one of ${presets}, or JSON, or a file of JSON; there is no such file.`,
      { cause },
    )
  }
  return readProfile(json, text)
}

function sizeOf(text: string): ModelProfile['size'] {
  const [, height, width = height] = /^(\d+)(?:x(\d+))?$/.exec(text) ?? []
  const size = { height: Number(height), width: Number(width) }
  if (size.height >= 1 && size.width >= 1 && size.height <= 4096 && size.width <= 4096) return size
  throw new InvalidArgumentError('Expected HEIGHTxWIDTH in pixels, such as 224x224.')
}

function resizeOf(text: string): ModelProfile['resize'] {
  const [, fit, side] = /^(crop|pad|stretch)(?::(\d+))?$/.exec(text) ?? []
  if (fit === undefined || (side !== undefined && (fit !== 'crop' || Number(side) < 1))) {
    throw new InvalidArgumentError('Expected crop, crop:256, pad or stretch.')
  }
  return { fit: fit as ModelProfile['resize']['fit'], shortSide: side === undefined ? null : Number(side) }
}
