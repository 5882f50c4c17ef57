import { paperRate } from '#core/metrics/paperRates'
import { share } from '#core/metrics/share'
import type { ReportAnswer, ReportCase, ReportCrop, ReportInput, ReportScore } from '#core/report/ReportInput'
import { Random } from '#core/tensor/Random'
import { raster, type Raster } from '#core/tensor/Raster'

const methods = [
  { attack: 'fgsm', title: 'Fast gradient sign' },
  { attack: 'bim', title: 'Basic iterative' },
  { attack: 'leastLikely', title: 'Iterative least-likely class' },
] as const

const settings = methods.flatMap(({ attack, title }) =>
  [16, 8, 4, 2].map((epsilon) => ({
    id: `${attack}-eps${epsilon}`,
    attack,
    title,
    epsilon,
    params: { epsilon, alpha: 1, steps: Math.min(epsilon + 4, Math.ceil(1.25 * epsilon)) },
  })),
)

const effects = [
  {
    id: 'brightness',
    title: 'Brightness',
    axis: 'Change of pixels, 0 to 255',
    strengths: [-60, -30, 0, 30, 60],
  },
  { id: 'contrast', title: 'Contrast', axis: 'Factor', strengths: [0.4, 0.6, 0.8, 1, 1.5, 2] },
  { id: 'blur', title: 'Gaussian blur', axis: 'Standard deviation, pixels', strengths: [0.25, 0.5, 1, 2, 4] },
  {
    id: 'noise',
    title: 'Gaussian noise',
    axis: 'Standard deviation, 0 to 255',
    strengths: [2, 5, 10, 20, 40],
  },
  { id: 'jpeg', title: 'JPEG', axis: 'Quality', strengths: [10, 30, 50, 70, 90, 95] },
] as const

/** A picture with an edge, a ramp and noise. */
export function samplePicture(random: Random, side: number): Raster {
  const picture = raster(side, side, 3)
  const hue = random.bits() % 256
  for (let i = 0; i < picture.data.length; i++) {
    const x = Math.floor(i / 3) % side
    const y = Math.floor(i / 3 / side)
    const inside = Math.hypot(x - side / 2, y - side / 2) < side / 3
    picture.data[i] = (inside ? hue * ((i % 3) + 1) : x + y + 60) * 0.9 + (random.bits() % 20)
  }
  return picture
}

/** A report's input with every section filled: numbers drawn at random, not measured. */
export function sampleInput(seed = 'sample'): ReportInput {
  const random = new Random(seed)
  const chance = (): number => random.bits() / 2 ** 32
  const some = (rate: number, of: number) =>
    share(
      Array.from({ length: of }, () => (chance() < rate ? 1 : 0) as number).reduce((a, b) => a + b, 0),
      of,
    )
  const scores = settings.flatMap((setting, i) =>
    (['average', 'prefiltered'] as const).flatMap((inCase: ReportCase) =>
      (['paper', 'paper-corrected', 'refined', 'refined-corrected'] as const).map(
        (crop: ReportCrop): ReportScore => {
          const paper = paperRate(setting.attack, setting.epsilon)![inCase]
          const empty = inCase === 'prefiltered' && i === 3
          const both = <T>(value: (top: 'top1' | 'top5') => T) => ({
            top1: value('top1'),
            top5: value('top5'),
          })
          return {
            setting: setting.id,
            case: inCase,
            crop,
            images: 50,
            photographed: i % 3 === 0 ? 50 : 49,
            accuracy: {
              clean: { source: both(() => some(0.97, 50)), photo: both(() => some(0.9, 50)) },
              adversarial: { source: both(() => some(0.1, 50)), photo: both(() => some(0.4, 50)) },
            },
            destruction: both((top) => ({ images: 50, ...(empty ? share(0, 0) : some(paper[top], 41)) })),
            paper,
          }
        },
      ),
    ),
  )
  const labels = [
    'Stop',
    'Speed limit 30',
    'No entry for vehicles over the given height',
    'Enfants (écoliers)',
  ]
  const answer = (right: boolean, i: number): ReportAnswer => ({
    label: labels[(i + (right ? 0 : 1)) % labels.length]!,
    confidence: 0.5 + chance() / 2,
    right,
  })
  const shown = (right: boolean, i: number) => ({
    image: samplePicture(random, 64),
    answer: answer(right, i),
  })
  return {
    experiment: {
      id: 'road-signs-2026-11-22',
      name: 'Road signs under the paper’s twelve settings',
      created: '2026-11-22T19:25:04.120Z',
      seed: 'demo',
    },
    model: {
      name: 'Halftone signs 1.0',
      sha256: '6f1d0c5a3b'.repeat(7).slice(0, 64),
      classes: 43,
      input: { channels: 3, height: 128, width: 128 },
    },
    images: { source: 'procedural road signs, test split, seed 7', perCase: 50, skipped: 2 },
    cases: ['average', 'prefiltered'],
    prefilterConfidence: 0.8,
    settings,
    sheets: { paper: 'A4', orientation: 'portrait', sheets: 29, pairs: 600, imageMm: 27.09, dotsPerPixel: 5 },
    capture: {
      kind: 'simulator',
      level: 'careful hand',
      resolution: '4032 × 3024',
      seed: 'demo',
      params: [{ name: 'Dot gain', value: '14 % at half tone' }],
    },
    scores,
    study: {
      images: 200,
      transforms: effects,
      points: effects.flatMap(({ id, strengths }) =>
        strengths.flatMap((strength, s) =>
          settings
            .filter(({ epsilon }) => epsilon === 16 || epsilon === 8)
            .map((setting, m) => ({
              transform: id,
              strength,
              setting: setting.id,
              destruction: {
                top1: {
                  images: 200,
                  ...(s === 0 && m === 2 ? share(0, 0) : some(Math.min(0.97, 0.1 + 0.1 * s + 0.1 * m), 150)),
                },
                top5: { images: 200, ...some(0.5, 100) },
              },
              clean: { top1: some(0.97 - 0.06 * s, 200), top5: some(0.99, 200) },
            })),
        ),
      ),
    },
    quality: Array.from({ length: 29 }, (_, i) => ({
      sheet: i + 1,
      photo: `sheet-${String(i + 1).padStart(3, '0')}.jpg`,
      width: 4032,
      height: 3024,
      codes: i === 7 ? 3 : 4,
      residual: 0.2 + chance() / 5,
      cameraPixels: 2.4 + chance() / 4,
      error: { paper: 3 + chance() * 2, refined: i === 7 ? null : 0.1 + chance() / 10 },
      crops: i === 28 ? 24 : 42,
      refused: i === 7 ? 2 : 0,
    })),
    refusedPhotos: [
      {
        file: 'IMG_2041.HEIC',
        reason:
          'No sheet was found: no code, no marker and no mark could be read. Take the photo again with the whole page in the picture.',
      },
    ],
    photos: [{ caption: 'Sheet 1 as photographed', image: samplePicture(random, 200) }],
    examples: settings.slice(0, 8).map((setting, i) => ({
      setting: setting.id,
      image: i * 37,
      label: labels[i % labels.length]!,
      clean: shown(true, i),
      adversarial: shown(false, i),
      cleanCrop: shown(true, i),
      adversarialCrop: i === 3 ? null : shown(i % 2 === 0, i),
    })),
    environment: [
      { name: 'Halftone', value: '0.1.0' },
      { name: 'Node', value: '20.20.2, linux x64' },
      { name: 'ONNX Runtime', value: '1.30.0, CPU, 2 threads' },
    ],
    commands: [
      'halftone new "Road signs under the paper’s twelve settings" --seed demo --count 50',
      'halftone generate road-signs-2026-11-22',
      'halftone sheets road-signs-2026-11-22 && halftone simulate road-signs-2026-11-22 --level careful --resolution 12MP --seed demo',
      'halftone score road-signs-2026-11-22 && halftone report road-signs-2026-11-22',
    ],
  }
}
