import type { ModelProfile, ProfileField, ProfileInput, ProfileSource } from '#contract/profile'
import { HalftoneError } from '#core/errors'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { detectRange } from './detectRange'
import { frontOf } from './frontOf'
import { imageInput, type ImageInput } from './imageInput'
import { hintFor, metadataHints, type ProfileHint } from './profileHints'

/** Taken where a file leaves height and width open and nothing beside it says them. */
const usualSize = 224

const byHand: ProfileSource = { origin: 'given', reason: 'said by hand' }

export interface DetectedProfile {
  readonly input: ImageInput
  readonly profile: ModelProfile
}

type Found<F extends ProfileField> = readonly [value: ModelProfile[F], source: ProfileSource]

/**
 * How a model's input is made from [0,1] pixels: what is given, else what stands beside the file, else what the file says,
 * else what its graph does first, else the plain default.
 * @param hints from files beside the model
 * @throws HalftoneError `unsupported` for what takes no images, `invalid-argument` for a given value that cannot be
 */
export function detectProfile(
  graph: OnnxGraph,
  given: ProfileInput = {},
  hints: readonly ProfileHint[] = [],
): DetectedProfile {
  const all = [...hints, ...metadataHints(graph.metadata)]
  const layout = given.layout
    ? { value: given.layout, source: given.sources?.layout ?? byHand }
    : hintFor(all, 'layout')
  const input = imageInput(graph, layout)
  const front = frontOf(graph, input)
  const choose = <F extends ProfileField>(field: F, otherwise: () => Found<F>): Found<F> => {
    const value = given[field]
    if (value !== undefined) return [value as ModelProfile[F], given.sources?.[field] ?? byHand]
    const hint = hintFor(all, field)
    return hint ? [hint.value, hint.source] : otherwise()
  }
  const byDefault = (reason: string): ProfileSource => ({ origin: 'default', reason })
  const found = detectRange(front, input)
  const [range, rangeSource] = choose('range', () =>
    found ? [found.range, found.source] : ['0..1', byDefault('nothing in the file says it')],
  )
  const own: ProfileSource =
    front.ops.length > 0
      ? { origin: 'detected', reason: `the graph itself begins with ${front.ops.join(', ')}` }
      : byDefault('nothing in the file says it')
  const [mean, meanSource] = choose('mean', () => [[0], own])
  const [std, stdSource] = choose('std', () => [[1], own])
  const [channelOrder, channelOrderSource] = choose('channelOrder', () =>
    front.flipped
      ? ['RGB', { origin: 'detected', reason: 'the graph turns the channels round itself' }]
      : ['RGB', byDefault('the usual order')],
  )
  const [size, sizeSource] = sizeOf(input, given, all)
  const [resize, resizeSource] = choose('resize', () => [
    { fit: 'crop', shortSide: null },
    byDefault('the middle of the picture'),
  ])
  const [output, outputSource] = choose('output', () => [
    null,
    byDefault('the output that looks most like scores'),
  ])
  const { layoutSource, element } = input
  const profile: ModelProfile = {
    layout: input.layout,
    element,
    range,
    mean,
    std,
    channelOrder,
    size,
    resize,
    output,
    sources: {
      layout: layoutSource,
      element: { origin: 'detected', reason: `the type of input '${input.name}'` },
      range: rangeSource,
      mean: meanSource,
      std: stdSource,
      channelOrder: channelOrderSource,
      size: sizeSource,
      resize: resizeSource,
      output: outputSource,
    },
  }
  checkGiven(input, given)
  checkChannels(profile, input)
  return { input, profile }
}

function sizeOf(input: ImageInput, given: ProfileInput, hints: readonly ProfileHint[]): Found<'size'> {
  const { name, height, width } = input
  if (height !== null && width !== null) {
    return [
      { height, width },
      { origin: 'detected', reason: `the shape of input '${name}'` },
    ]
  }
  const { value, source } = given.size
    ? { value: given.size, source: given.sources?.size ?? byHand }
    : (hintFor(hints, 'size') ?? {
        value: { height: usualSize, width: usualSize },
        source: { origin: 'default', reason: 'the file leaves it open; most classifiers take this' } as const,
      })
  return [{ height: height ?? value.height, width: width ?? value.width }, source]
}

/** What the file fixes cannot be said otherwise. */
function checkGiven({ name, element, height, width }: ImageInput, given: ProfileInput): void {
  if (given.element !== undefined && given.element !== element) {
    throw new HalftoneError(
      'invalid-argument',
      `The profile says that input '${name}' takes ${given.element}, but the file says ${element}. Leave it out.`,
    )
  }
  const fixed = (length: number | null, asked: number | undefined): boolean =>
    length !== null && asked !== undefined && asked !== length
  if (fixed(height, given.size?.height) || fixed(width, given.size?.width)) {
    throw new HalftoneError(
      'invalid-argument',
      `The profile asks for images of ${given.size?.height}x${given.size?.width}, but the file takes ` +
        `${height ?? 'any'}x${width ?? 'any'} (height x width) only. Leave the size out.`,
    )
  }
}

function checkChannels({ mean, std }: ModelProfile, { channels }: ImageInput): void {
  for (const [what, list] of [
    ['mean', mean],
    ['std', std],
  ] as const) {
    if (list.length === 1 || list.length === channels) continue
    throw new HalftoneError(
      'invalid-argument',
      `The profile's ${what} has ${list.length} values; expected one for each of the ${channels} channels, or one for all.`,
    )
  }
}
