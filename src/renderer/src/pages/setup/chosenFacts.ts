import type { Experiment } from '#contract/experiment'
import { plural } from '#core/report/format'
import { sourceWords } from './sourceWords'

/** What was chosen once and for all, as names and values. */
export function chosenFacts(experiment: Experiment): { readonly name: string; readonly value: string }[] {
  const { model, images, count, seed, cases, prefilter, environment } = experiment
  const { channels, height, width } = model.input
  return [
    {
      name: 'Model',
      value: `${model.name}, ${plural(model.classes.length, 'class', 'classes')}, ${channels} × ${height} × ${width}`,
    },
    ...(model.path === null ? [] : [{ name: 'Model file', value: model.path }]),
    { name: 'Images', value: sourceWords(images) },
    { name: 'Count', value: `${plural(count, 'image')} of each case` },
    {
      name: 'Cases',
      value: cases
        .map((name) =>
          name === 'average'
            ? 'average'
            : `prefiltered (surer than ${prefilter.confidence}, at most ${prefilter.searchLimit} looked at)`,
        )
        .join(', '),
    },
    { name: 'Seed', value: seed },
    { name: 'Made with', value: `Halftone ${environment.halftone}, ${environment.provider}` },
  ]
}
