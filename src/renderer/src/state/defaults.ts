import type { NewExperiment } from '#contract/commands'

/** The methods and epsilons of Kurakin 2016, table 2, in its order. */
export const paperMethods = ['fgsm', 'bim', 'leastLikely'] as const
export const paperEpsilons = [16, 8, 4, 2] as const

/** The paper's experiment on the embedded model, through the simulator, at a size of a few minutes. */
export function paperExperiment(name: string, count: number): NewExperiment {
  return {
    name,
    images: { kind: 'signs', split: 'test', seed: '1' },
    count,
    seed: '1',
    cases: ['average', 'prefiltered'],
    prefilter: { confidence: 0.8, searchLimit: 4 * count },
    settings: paperMethods.flatMap((attack) =>
      paperEpsilons.map((epsilon) => ({ attack, params: { epsilon } })),
    ),
    sheets: { paper: 'A4', orientation: 'portrait', imageMm: null, columns: null, margin: 10 },
    capture: { kind: 'simulator', level: 'careful hand', resolution: '12MP', seed: '1' },
  }
}
