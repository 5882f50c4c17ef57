import type { Experiment } from '#contract/experiment'

const untouched = { done: 0, total: 1, at: null }

/** A small experiment as `new` would make it, for tests of what comes after. */
export function anExperiment(change: Partial<Experiment> = {}): Experiment {
  return {
    schema: 1,
    id: 'try',
    name: 'Try',
    created: '2026-01-02T03:04:05.000Z',
    model: {
      name: 'tiny',
      path: null,
      labels: null,
      sha256: '0'.repeat(64),
      classes: ['red', 'green', 'blue'],
      input: { channels: 3, height: 16, width: 16 },
    },
    images: { kind: 'signs', split: 'test', seed: '1' },
    count: 4,
    seed: '7',
    cases: ['average', 'prefiltered'],
    prefilter: { confidence: 0.8, searchLimit: 12 },
    settings: [{ id: 'fgsm-eps8', attack: 'fgsm', params: { epsilon: 8 } }],
    sheets: { paper: 'A4', orientation: 'portrait', imageMm: null, columns: null, margin: 10 },
    capture: { kind: 'simulator', level: 'careful hand', resolution: '1080p', seed: '7' },
    environment: { halftone: '0', node: 'v0', os: 'test', cpu: 'test', provider: 'cpu', onnxruntime: '0' },
    steps: {
      generated: untouched,
      printed: untouched,
      captured: untouched,
      scored: untouched,
      studied: untouched,
      reported: untouched,
    },
    ...change,
  }
}
