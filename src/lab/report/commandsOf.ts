import type { Experiment } from '#contract/experiment'
import { attackOf } from '#core/attacks/index'
import type { ParamSpecs } from '#core/paramValues'
import { slug } from '#contract/paths'
import { epsilonOf } from '../settings'
import { profileFlag } from './profileFlag'

/** The command lines that make this experiment again, in order. */
export function commandsOf(experiment: Experiment): string[] {
  const { id, capture } = experiment
  return [
    `halftone new ${newFlags(experiment).join(' ')}`,
    `halftone generate ${id}`,
    `halftone sheets ${id}`,
    capture.kind === 'simulator' ? `halftone simulate ${id}` : `halftone import ${id} PHOTOS`,
    `halftone score ${id}`,
    `halftone study ${id}`,
    `halftone report ${id}`,
  ]
}

function newFlags(experiment: Experiment): string[] {
  const { name, model, images, count, seed, cases, prefilter, settings, sheets, capture } = experiment
  const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)]
  const epsilons = distinct(settings.flatMap((setting) => epsilonOf(setting) ?? []))
  return [
    quoted(name),
    ...flag('model', model.path),
    ...flag('labels', model.labels),
    ...(model.path !== null && model.profile ? flag('profile', profileFlag(model.profile)) : []),
    ...imageFlags(images),
    ...flag('count', count),
    ...flag('seed', seed),
    ...flag('case', cases.length === 2 ? 'both' : cases[0]!),
    ...flag('confidence', prefilter.confidence),
    ...flag('search', prefilter.searchLimit),
    ...flag('methods', distinct(settings.map(({ attack }) => slug(attack))).join(',')),
    ...(epsilons.length > 0 ? flag('epsilons', epsilons.join(',')) : []),
    ...distinct(settings.flatMap(attackFlags)),
    ...flag('paper', sheets.paper),
    ...flag('orientation', sheets.orientation),
    ...flag('image-mm', sheets.imageMm),
    ...flag('columns', sheets.columns),
    ...(capture.kind === 'simulator'
      ? [...flag('level', capture.level), ...flag('resolution', capture.resolution)]
      : []),
  ]
}

function imageFlags(images: Experiment['images']): string[] {
  switch (images.kind) {
    case 'folder':
      return [...flag('images', images.path), ...(images.fit ? flag('fit', images.fit) : [])]
    case 'idx':
    case 'cifar':
      return [...flag('images', images.path), ...flag('split', images.split)]
    case 'signs':
      return flag('split', images.split)
    default:
      return [...flag('images', images.kind), ...flag('split', images.split)]
  }
}

/** Parameters of an attack that differ from its defaults; epsilon has a flag of its own. */
function attackFlags({ attack, params }: Experiment['settings'][number]): string[] {
  const specs: ParamSpecs = attackOf(attack).params
  return Object.entries(params)
    .filter(([name, value]) => name !== 'epsilon' && specs[name]?.default !== value)
    .map(([name, value]) => flag(`${slug(attack)}-${slug(name)}`, value).join(' '))
}

function flag(name: string, value: string | number | boolean | null): string[] {
  return value === null ? [] : [`--${name} ${quoted(String(value))}`]
}

/** As a POSIX shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w.,:/@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
