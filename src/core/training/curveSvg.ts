import type { CurveRow } from './curve'

/** One line or one set of dots of a panel, (epoch, value); gaps where the value is null. */
interface Series {
  readonly label: string
  readonly colour: string
  readonly dots: boolean
  readonly points: readonly (readonly [number, number])[]
}

interface Panel {
  readonly title: string
  readonly unit: string
  readonly series: readonly Series[]
}

const [width, panelHeight, left, right, top, bottom] = [720, 240, 64, 24, 40, 44] as const
const ink = { text: '#1d1d1f', faint: '#6b6b70', grid: '#e4e4e8', train: '#2f6db3', held: '#c2570c' } as const

/** The curve as an SVG picture: a panel for the loss of each stage, and one for the share of wrong answers. */
export function curveSvg(rows: readonly CurveRow[], title: string): string {
  const panels = panelsOf(rows)
  const height = 44 + panels.length * panelHeight
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${left}" y="28" font-size="15" font-weight="600" fill="${ink.text}">${escaped(title)}</text>`,
    ...panels.map((panel, i) => `<g transform="translate(0 ${44 + i * panelHeight})">${panelSvg(panel)}</g>`),
    '</svg>',
    '',
  ].join('\n')
}

function panelsOf(rows: readonly CurveRow[]): Panel[] {
  const stages = [...new Set(rows.map(({ stage }) => stage))]
  const panels = stages.map((stage): Panel => {
    const own = rows.filter((row) => row.stage === stage)
    const points = own.map(({ epoch, loss }) => [epoch, loss] as const)
    const series = { label: 'training', colour: ink.train, dots: false, points }
    return { title: stages.length > 1 ? `Loss, ${stage}` : 'Loss', unit: '', series: [series] }
  })
  const wrong = (pick: (row: CurveRow) => number | null): (readonly [number, number])[] =>
    rows.flatMap((row) => {
      const value = pick(row)
      return value === null ? [] : [[row.epoch, 100 * (1 - value)] as const]
    })
  const [training, heldOut] = [wrong((row) => row.accuracy), wrong((row) => row.heldOut)]
  if (training.length > 0) {
    panels.push({
      title: 'Wrong answers',
      unit: ' %',
      series: [
        { label: 'training', colour: ink.train, dots: false, points: training },
        { label: 'held out, averaged weights', colour: ink.held, dots: true, points: heldOut },
      ],
    })
  }
  return panels
}

function panelSvg({ title, unit, series }: Panel): string {
  const values = series.flatMap(({ points }) => points.map(([, value]) => value)).filter(Number.isFinite)
  const epochs = series.flatMap(({ points }) => points.map(([epoch]) => epoch))
  const last = Math.max(1, ...epochs)
  const scale = scaleOf(values)
  const x = (epoch: number): number => left + ((width - left - right) * epoch) / last
  const y = (value: number): number =>
    panelHeight - bottom - (panelHeight - top - bottom) * scale.share(value)
  const grid = scale.ticks.map(
    (tick) =>
      `<line x1="${left}" x2="${width - right}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}" stroke="${ink.grid}"/>` +
      `<text x="${left - 8}" y="${fixed(y(tick) + 4)}" text-anchor="end" fill="${ink.faint}">${number(tick)}${unit}</text>`,
  )
  const step = [1, 2, 5, 10, 20, 50, 100].find((every) => last / every <= 10) ?? 200
  const marks = Array.from({ length: Math.floor(last / step) + 1 }, (_, i) => i * step).map(
    (epoch) =>
      `<text x="${fixed(x(epoch))}" y="${panelHeight - bottom + 18}" text-anchor="middle" fill="${ink.faint}">${epoch}</text>`,
  )
  const axis = `<text x="${width - right}" y="${panelHeight - bottom + 34}" text-anchor="end" fill="${ink.faint}">epochs</text>`
  const drawn = series.map(({ points, colour, dots }) => {
    const finite = points.filter(([, value]) => Number.isFinite(value))
    if (dots) {
      return finite
        .map(([a, b]) => `<circle cx="${fixed(x(a))}" cy="${fixed(y(b))}" r="3.5" fill="${colour}"/>`)
        .join('')
    }
    const path = finite.map(([a, b]) => `${fixed(x(a))},${fixed(y(b))}`).join(' ')
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="1.75" stroke-linejoin="round"/>`
  })
  return [heading(title, series), ...grid, ...marks, axis, ...drawn].join('\n')
}

/** The panel's title, and, where it has several series, which is which. */
function heading(title: string, series: readonly Series[]): string {
  const name = `<text x="${left}" y="24" font-weight="600" fill="${ink.text}">${escaped(title)}</text>`
  if (series.length < 2) return name
  let at = width - right
  const keys = [...series].reverse().map(({ label, colour }) => {
    const key = `<text x="${at}" y="24" text-anchor="end" fill="${colour}">${escaped(label)}</text>`
    at -= label.length * 6.4 + 20
    return key
  })
  return [name, ...keys].join('\n')
}

/** A logarithmic axis where the values span more than a factor of ten and none is 0, else a linear one from 0. */
function scaleOf(values: readonly number[]): { share: (value: number) => number; ticks: readonly number[] } {
  const most = Math.max(1e-6, ...values)
  const positive = values.filter((value) => value > 0)
  const least = Math.min(most, ...positive)
  if (most / least > 10) {
    const [low, high] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))]
    const ticks = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i))
    // A share of exactly none lies on the axis.
    return { ticks, share: (value) => (value > 0 ? (Math.log10(value) - low) / (high - low) : 0) }
  }
  const magnitude = 10 ** Math.floor(Math.log10(most))
  const step = [0.2, 0.5, 1, 2].map((n) => n * magnitude).find((n) => most / n <= 5) ?? 2 * magnitude
  const end = Math.ceil(most / step) * step
  const ticks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step)
  return { ticks, share: (value) => value / end }
}

function fixed(value: number): string {
  return value.toFixed(1)
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
