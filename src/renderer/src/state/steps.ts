import type { Experiment } from '#contract/experiment'
import type { ShownJob } from './jobs.svelte'
import type { StepPage } from './router.svelte'

/** How a step stands in the rail. */
export interface StepMark {
  readonly state: 'open' | 'part' | 'working' | 'trouble' | 'done'
  /** "3/12"; empty when there is nothing to count. */
  readonly note: string
  /** The same for those who do not see it. */
  readonly words: string
}

const commandsOf: Record<StepPage, readonly string[]> = {
  setup: [],
  generate: ['generate'],
  print: ['sheets'],
  capture: ['simulate', 'import'],
  results: ['score', 'study'],
  report: ['report'],
}

const titles: Readonly<Record<string, string>> = {
  generate: 'Adversarial images',
  sheets: 'Sheets',
  simulate: 'Simulated print and photo',
  import: 'Reading photos',
  score: 'Scores',
  study: 'Transformation study',
  report: 'Report',
  run: 'Whole experiment',
  'model.fetch': 'Fetching a model',
  'model.measure': 'Measuring a model',
  'model.check': 'Checking preprocessing',
  'playground.attack': 'Playground attack',
}

/** A command's name for people. */
export function commandTitle(command: string): string {
  return titles[command] ?? command
}

/** Every step's state, from what the experiment says it has and from what is under way. */
export function stepMarks(experiment: Experiment, jobs: readonly ShownJob[]): Record<StepPage, StepMark> {
  const { generated, printed, captured, scored, reported } = experiment.steps
  const counts: Record<StepPage, { readonly done: number; readonly total: number }> = {
    setup: { done: 1, total: 1 },
    generate: generated,
    print: printed,
    capture: captured,
    results: scored,
    report: reported,
  }
  const mine = jobs.filter((job) => job.experiment === experiment.id)
  const mark = (page: StepPage): StepMark => {
    const { done, total } = counts[page]
    const own = mine.filter(({ command }) => commandsOf[page].includes(command))
    const complete = total > 0 && done >= total
    const counted = total > 1 && done > 0 && !complete ? `${done}/${total}` : ''
    if (own.some(({ state }) => state === 'running' || state === 'waiting')) {
      return { state: 'working', note: counted, words: 'under way' }
    }
    if (own.some(({ state }) => state === 'failed' || state === 'interrupted')) {
      return { state: 'trouble', note: counted, words: 'needs a look' }
    }
    if (complete) return { state: 'done', note: '', words: 'done' }
    return done > 0
      ? { state: 'part', note: counted, words: 'partly done' }
      : { state: 'open', note: '', words: 'not done yet' }
  }
  return {
    setup: mark('setup'),
    generate: mark('generate'),
    print: mark('print'),
    capture: mark('capture'),
    results: mark('results'),
    report: mark('report'),
  }
}

/** The page of the step that comes next. */
export function nextPage(steps: Experiment['steps'] | null): StepPage {
  if (!steps) return 'setup'
  const order = [
    ['generated', 'generate'],
    ['printed', 'print'],
    ['captured', 'capture'],
    ['scored', 'results'],
  ] as const
  const next = order.find(([step]) => steps[step].total === 0 || steps[step].done < steps[step].total)
  return next?.[1] ?? 'results'
}
