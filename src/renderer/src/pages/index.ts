import type { Component } from 'svelte'
import type { SidePage, StepPage } from '../state/router.svelte'

type Loader = () => Promise<{ readonly default: Component }>

/** Every page, loaded when it is first looked at. A new page is a folder and a line here. */
export const pages: Record<StepPage | SidePage, Loader> = {
  experiments: () => import('./experiments/Experiments.svelte'),
  new: () => import('./setup/NewExperiment.svelte'),
  setup: () => import('./setup/Setup.svelte'),
  generate: () => import('./generate/Generate.svelte'),
  print: () => import('./print/Print.svelte'),
  capture: () => import('./capture/Capture.svelte'),
  results: () => import('./results/Results.svelte'),
  report: () => import('./report/Report.svelte'),
  playground: () => import('./playground/Playground.svelte'),
  models: () => import('./models/Models.svelte'),
  settings: () => import('./settings/Settings.svelte'),
}
