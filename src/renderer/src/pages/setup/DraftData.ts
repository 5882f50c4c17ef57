import type { NewExperiment } from '#contract/commands'
import type { CameraName, Experiment, ImageSourceRef, SheetOptions } from '#contract/experiment'
import type { ModelFile, ShelfModel } from '#contract/models'
import { embeddedModelId } from '#contract/embedded'
import { paperEpsilons, paperExperiment } from '../../state/defaults'
import { parseEpsilons } from './epsilons'

type ParamValues = Record<string, number | boolean | string>
type Split = 'train' | 'validation' | 'test'

/** The model of an experiment to be: one of the shelf, or a file of one's own. */
export type ModelChoice =
  | { readonly kind: 'shelf'; readonly id: string }
  | {
      readonly kind: 'file'
      readonly path: string | null
      readonly labels: string | null
      readonly profile: NonNullable<ModelFile['profile']>
    }

/** Everything that is asked of a new experiment, as the fields have it: also what is not finished or not in use now. */
export interface DraftData {
  name: string
  model: ModelChoice
  source: ImageSourceRef['kind']
  split: Split
  /** Folder of pictures or files; each kind of source that needs one has the same. */
  path: string | null
  fit: 'crop' | 'pad' | 'stretch'
  count: number
  seed: string
  average: boolean
  prefiltered: boolean
  confidence: number
  /** Null looks at four times as many images as are wanted. */
  searchLimit: number | null
  methods: string[]
  /** As typed: "16, 8, 4, 2". */
  epsilons: string
  /** By attack, those that were set. */
  params: Record<string, ParamValues>
  sheets: Required<SheetOptions>
  capture: 'simulator' | 'photos'
  level: string
  resolution: string
  captureSeed: string
  camera: CameraName
}

/** As many images of each case as the simulator takes about two minutes for on two cores. */
const usualCount = 24

/** The paper's experiment on the embedded model and drawn signs, through the simulator. */
export function paperDraft(): DraftData {
  const paper = paperExperiment('', usualCount)
  return {
    name: '',
    model: { kind: 'shelf', id: embeddedModelId },
    source: 'signs',
    split: 'test',
    path: null,
    fit: 'crop',
    count: paper.count,
    seed: paper.seed,
    average: true,
    prefiltered: true,
    confidence: paper.prefilter.confidence,
    searchLimit: null,
    methods: [...new Set(paper.settings.map(({ attack }) => attack))],
    epsilons: paperEpsilons.join(', '),
    params: {},
    sheets: { paper: 'A4', orientation: 'portrait', imageMm: null, columns: null, margin: 10 },
    capture: 'simulator',
    level: 'careful hand',
    resolution: '12MP',
    captureSeed: '1',
    camera: '12MP',
  }
}

/** What was chosen of an experiment, to change it or to make another like it. */
export function draftOf(experiment: Experiment, models: readonly ShelfModel[]): DraftData {
  const { images, model, settings, cases, prefilter, count, capture, sheets } = experiment
  const params: Record<string, ParamValues> = {}
  const epsilons = new Set<number>()
  for (const { attack, params: all } of settings) {
    const { epsilon, ...others } = all
    params[attack] ??= others
    if (typeof epsilon === 'number') epsilons.add(epsilon)
  }
  const shelved = model.path === null ? embeddedModelId : models.find(({ path }) => path === model.path)?.id
  return {
    ...paperDraft(),
    name: experiment.name,
    model: shelved
      ? { kind: 'shelf', id: shelved }
      : { kind: 'file', path: model.path, labels: model.labels, profile: model.profile ?? {} },
    source: images.kind,
    ...('split' in images ? { split: images.split } : {}),
    ...('path' in images ? { path: images.path } : {}),
    ...('fit' in images && images.fit ? { fit: images.fit } : {}),
    count,
    seed: experiment.seed,
    average: cases.includes('average'),
    prefiltered: cases.includes('prefiltered'),
    confidence: prefilter.confidence,
    searchLimit: prefilter.searchLimit === 4 * count ? null : prefilter.searchLimit,
    methods: [...new Set(settings.map(({ attack }) => attack))],
    epsilons: [...epsilons].join(', '),
    params,
    sheets: { ...sheets },
    capture: capture.kind,
    ...(capture.kind === 'simulator'
      ? { level: capture.level, resolution: capture.resolution, captureSeed: capture.seed }
      : { camera: capture.camera ?? '12MP' }),
  }
}

/** Every method at every epsilon, methods first. */
export function settingsOf(draft: DraftData): NewExperiment['settings'] {
  const { values } = parseEpsilons(draft.epsilons)
  return draft.methods.flatMap((attack) =>
    values.map((epsilon) => ({ attack, params: { ...draft.params[attack], epsilon } })),
  )
}

export function captureOf(draft: DraftData): NewExperiment['capture'] {
  return draft.capture === 'photos'
    ? { kind: 'photos', camera: draft.camera }
    : {
        kind: 'simulator',
        level: draft.level,
        resolution: draft.resolution,
        seed: draft.captureSeed || draft.seed,
      }
}

export function imagesOf({ source, split, path, fit, seed }: DraftData): ImageSourceRef {
  switch (source) {
    case 'signs':
    case 'digits':
    case 'colours':
      return { kind: source, split, seed }
    case 'folder':
      return { kind: source, path: path ?? '', fit }
    case 'idx':
    case 'cifar':
      return { kind: source, path: path ?? '', split: split === 'train' ? 'train' : 'test' }
  }
}

/** The file of the chosen model; undefined for the embedded one. */
export function modelFileOf(choice: ModelChoice, models: readonly ShelfModel[]): ModelFile | undefined {
  if (choice.kind === 'file') {
    return {
      path: choice.path ?? '',
      ...(choice.labels === null ? {} : { labels: choice.labels }),
      ...(Object.keys(choice.profile).length > 0 ? { profile: choice.profile } : {}),
    }
  }
  const model = models.find(({ id }) => id === choice.id)
  if (!model || model.path === null) return undefined
  return {
    path: model.path,
    ...(model.labels === null ? {} : { labels: model.labels }),
    ...(model.profile ? { profile: model.profile } : {}),
  }
}

/** What `experiment.create` is asked for. */
export function newExperimentOf(draft: DraftData, models: readonly ShelfModel[]): NewExperiment {
  const model = modelFileOf(draft.model, models)
  const { average, prefiltered, count, confidence } = draft
  return {
    name: draft.name.trim(),
    ...(model ? { model } : {}),
    images: imagesOf(draft),
    count,
    seed: draft.seed,
    cases: [...(average ? (['average'] as const) : []), ...(prefiltered ? (['prefiltered'] as const) : [])],
    prefilter: { confidence, searchLimit: draft.searchLimit ?? 4 * count },
    settings: settingsOf(draft),
    sheets: { ...draft.sheets },
    capture: captureOf(draft),
  }
}
