import { log, maximum, tensor4d, tidy } from '@tensorflow/tfjs-core'
import { HalftoneError } from '#core/errors'
import { areProbabilities } from '#core/models/logProbabilities'
import type { Differentiable, ModelInfo } from '#core/models/ModelInfo'
import { checkedClassNames, numberedClasses } from '#core/models/readClassNames'
import { rescalingOf, tfjsProfile } from '#core/models/tfjs/tfjsProfile'
import { pixelsPerImage, type ImageSpec } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import type { OpenOptions } from '#lab/ports/Engine'
import { chooseTfjs, on, type ChooseOptions, type TfjsChoice } from './backEnds'
import { loadGraph } from './loadGraph'
import { loadLayers } from './loadLayers'
import { asTable, type TfjsNet } from './TfjsNet'
import type { TfjsFile } from './tfjsFile'
import { explained, TfjsModel, type TfjsClassifier } from './TfjsModel'

export interface OpenTfjsOptions extends OpenOptions, Pick<ChooseOptions, 'packages' | 'refused'> {}

export interface OpenedTfjs {
  readonly model: TfjsModel
  readonly info: ModelInfo
  readonly net: TfjsNet
  /** The output that holds the scores. */
  readonly output: string
  readonly batch: 'free' | number
}

/** Below what a float32 softmax tells from nothing; keeps the logarithm finite. */
const least = 1e-30

/**
 * Opens a TF.js model on the best back end that works here. What a user's own package cannot run, or has no gradient of, is
 * opened on the back end after it where that can.
 * @throws HalftoneError `unreadable-file`, `unsupported`, `invalid-argument`
 */
export async function openTfjs(file: TfjsFile, options: OpenTfjsOptions = {}): Promise<OpenedTfjs> {
  const choice = await chooseTfjs(options)
  const first = await openOn(choice, file).catch(refusal)
  const problem = problemOf(first)
  const native = choice.provider === 'tfjs-node-gpu' || choice.provider === 'tfjs-node'
  if (problem === null || !native) return opened(first)
  const second = await chooseTfjs({ ...options, refused: { ...options.refused, [choice.provider]: problem } })
    .then((other) => openOn(other, file))
    .catch(refusal)
  const [taken, left] =
    problemOf(second) === null || first instanceof HalftoneError ? [second, first] : [first, second]
  if (!(left instanceof HalftoneError)) await left.model[Symbol.asyncDispose]()
  return opened(taken)
}

/** @throws what is no answer of the back end */
function refusal(error: unknown): HalftoneError {
  if (error instanceof HalftoneError && error.code === 'unsupported') return error
  throw error
}

function problemOf(tried: OpenedTfjs | HalftoneError): string | null {
  if (tried instanceof HalftoneError) return tried.message
  return tried.info.differentiable.ok ? null : tried.info.differentiable.reason
}

function opened(tried: OpenedTfjs | HalftoneError): OpenedTfjs {
  if (tried instanceof HalftoneError) throw tried
  return tried
}

async function openOn(
  { provider, backEnd, passedOver, threads }: TfjsChoice,
  file: TfjsFile,
): Promise<OpenedTfjs> {
  const { net, front } = await load(file)
  try {
    const { profile, channels, batch } = tfjsProfile(net.input, front, file.profile, file.hints)
    const input = { channels, ...profile.size }
    const output = scoresOutput(net, profile.output)
    const seen = on(backEnd, () => look(net, output, { input, layout: profile.layout, batch }))
    const classifier: TfjsClassifier = {
      input,
      classes: classNames(file, seen.classes),
      profile,
      batch,
      backEnd,
      logits: seen.asLogs
        ? (x) => log(maximum(asTable(net.scores(x, output)), least))
        : (x) => asTable(net.scores(x, output)),
      inner: (x, name) => net.inner(x, name),
      dispose: () => {
        net.dispose()
      },
    }
    const model = new TfjsModel(file.hash, classifier)
    const info: ModelInfo = {
      id: file.hash,
      name: file.name,
      input,
      classes: classifier.classes,
      provider,
      passedOver,
      threads,
      differentiable: await differentiability(model),
      profile,
      notes: seen.asLogs
        ? ['The model gives probabilities; attacks work on their logarithms.']
        : net.squeezedBy
          ? [`The model ends in ${net.squeezedBy}; attacks work on the scores before it.`]
          : [],
    }
    return { model, info, net, output, batch }
  } catch (error) {
    net.dispose()
    throw error
  }
}

async function load(file: TfjsFile) {
  if (file.format === 'graph-model') return { net: await loadGraph(file), front: [] }
  const { net, json } = await loadLayers(file)
  return { net, front: rescalingOf(json) }
}

/** The output that is asked for, or the first that may be class scores: [n, classes], with lengths of 1 beside at most. */
function scoresOutput({ outputs }: TfjsNet, asked: string | null): string {
  const name =
    asked ?? outputs.find(({ shape }) => shape.slice(1).filter((length) => length !== 1).length === 1)?.name
  if (asked !== null && !outputs.some((output) => output.name === asked)) {
    const names = outputs.map((output) => `'${output.name}'`).join(', ')
    throw new HalftoneError('not-found', `The model has no output '${asked}'. Its outputs: ${names}.`)
  }
  // A graph may leave the shapes of its outputs open; what it gives is looked at next.
  return name ?? outputs[0]?.name ?? ''
}

/** What the scores turn out to be, by one run on random pixels. */
function look(
  net: TfjsNet,
  output: string,
  model: { readonly input: ImageSpec; readonly layout: 'NCHW' | 'NHWC'; readonly batch: 'free' | number },
): { readonly classes: number; readonly asLogs: boolean } {
  const { channels, height, width } = model.input
  const count = model.batch === 'free' ? 2 : model.batch
  const random = new Random('scores')
  const values = Float32Array.from({ length: count * pixelsPerImage(model.input) }, () => random.uniform())
  const axes = model.layout === 'NHWC' ? [height, width, channels] : [channels, height, width]
  return tidy(() => {
    const scores = explained(() =>
      net.scores(tensor4d(values, [count, ...axes] as [number, number, number, number]), output),
    )
    const [n, ...rest] = scores.shape
    const classes = Math.max(1, ...rest)
    if (n !== count || classes < 2 || rest.filter((length) => length !== 1).length !== 1) {
      throw new HalftoneError(
        'unsupported',
        `Expected a classifier with an output [n, classes] of two classes or more, got '${output}' [${scores.shape.join(', ')}].`,
      )
    }
    return {
      classes,
      asLogs: !net.squeezedBy && areProbabilities(Float32Array.from(scores.dataSync()), classes),
    }
  })
}

/** Asked of tfjs itself, with one image of zeros: what it has no gradient of is only told when it is reached. */
async function differentiability(model: TfjsModel): Promise<Differentiable> {
  const data = new Float32Array(pixelsPerImage(model.input))
  try {
    await model.gradient({ ...model.input, count: 1, data }, { kind: 'cross-entropy', labels: [0] })
    return { ok: true }
  } catch (error) {
    if (error instanceof HalftoneError) return { ok: false, reason: error.message }
    throw error
  }
}

function classNames({ classes, classHint }: TfjsFile, count: number): readonly string[] {
  if (classes) return checkedClassNames(classes, count, 'Labels')
  return classHint?.length === count ? classHint : numberedClasses(count)
}
