import type { DraftData } from './DraftData'
import { parseEpsilons } from './epsilons'

/** The parts of the page at which a problem can be shown. */
export type DraftField =
  'name' | 'model' | 'images' | 'count' | 'seed' | 'cases' | 'prefilter' | 'settings' | 'sheets' | 'capture'

export type Problems = Partial<Record<DraftField, string>>

/** What is missing or wrong before anything is asked of the lab. */
export function problemsOf(draft: DraftData): Problems {
  const problems: Problems = {}
  const whole = (value: number, most: number): boolean =>
    Number.isInteger(value) && value >= 1 && value <= most
  if (draft.name.trim() === '') problems.name = 'Expected a name.'
  if (draft.name.trim().length > 120) problems.name = 'Expected a name of at most 120 characters.'
  if (draft.model.kind === 'file' && draft.model.path === null) problems.model = 'Expected an ONNX file.'
  if (['folder', 'idx', 'cifar'].includes(draft.source) && !draft.path) {
    problems.images = 'Expected a folder.'
  }
  if (!whole(draft.count, 100_000)) problems.count = 'Expected a whole number from 1 to 100 000.'
  if (draft.seed.trim() === '') problems.seed = 'Expected a seed: any text.'
  if (!draft.average && !draft.prefiltered) problems.cases = 'Expected at least one of the two.'
  if (draft.prefiltered && !(draft.confidence >= 0 && draft.confidence <= 1)) {
    problems.prefilter = 'Expected a confidence from 0 to 1.'
  }
  if (draft.prefiltered && draft.searchLimit !== null && !whole(draft.searchLimit, 1e9)) {
    problems.prefilter = 'Expected a whole number of images to look at.'
  }
  const epsilons = parseEpsilons(draft.epsilons)
  if (epsilons.problem) problems.settings = epsilons.problem
  if (draft.methods.length === 0) problems.settings = 'Expected at least one method.'
  return problems
}

const ofPath: Readonly<Record<string, DraftField>> = {
  name: 'name',
  model: 'model',
  images: 'images',
  count: 'count',
  seed: 'seed',
  cases: 'cases',
  prefilter: 'prefilter',
  settings: 'settings',
  sheets: 'sheets',
  capture: 'capture',
}

/** The field that the lab's refusal speaks of; null where it cannot be told, and the message belongs at the button. */
export function fieldOf(
  { code, message }: { readonly code: string; readonly message: string },
  draft: DraftData,
): DraftField | null {
  const path = /→ at (\w+)/.exec(message)?.[1]
  if (path) return ofPath[path] ?? null
  if (code === 'not-differentiable' || code === 'shape-mismatch') return 'model'
  if (code === 'does-not-fit') return 'sheets'
  if (draft.path && message.includes(draft.path)) return 'images'
  if (draft.model.kind === 'file') {
    const { path: file, labels } = draft.model
    if ((file && message.includes(file)) || (labels && message.includes(labels))) return 'model'
  }
  if (/has no class|mean nothing/.test(message)) return 'images'
  if (/^Attack |^The setting |^There is no attack|epsilon/.test(message)) return 'settings'
  if (/simulator/.test(message)) return 'capture'
  if (/\bmodel\b|ONNX/.test(message)) return 'model'
  if (/pictures?|images?|labels?|split|class(es)?\b/.test(message)) return 'images'
  return null
}
