/** A periodic clustered-dot threshold tile: an ink marks a dot where its coverage is above the threshold in [0, 1). */
export interface Screen {
  readonly size: number
  readonly thresholds: Float64Array
  /** Dots in one cell: the coverage that one dot of each cell holds is one over this. */
  readonly cellDots: number
}

/** Office printers modulate the laser within a dot: each dot takes one of this many levels, 0 to 15. */
export const dotLevels = 16

/**
 * Screen of one ink with rational tangents: the cell is spanned by (a, b) and (-b, a) dots, so that the pattern repeats
 * every a^2 + b^2 dots (Ulichney 1987, Digital Halftoning, ch. 5). Cyan stands near 15 degrees, magenta near 75 and
 * yellow at 0, as in offset printing. Thresholds follow Euclid's rounded spot function, cos + cos.
 *
 * @param dpi dots per inch. @param lpi wanted cells per inch; the nearest that whole dots allow is made.
 * @returns undefined when a cell has fewer than 3 dots across: such a screen cannot be told from continuous tone.
 */
export function clusteredScreen(dpi: number, lpi: number, ink: 0 | 1 | 2): Screen | undefined {
  const cell = dpi / lpi
  if (cell < 3) return undefined
  const along = Math.max(1, Math.round(cell * Math.sin(Math.PI / 12)))
  const main = Math.max(2, Math.round(cell * Math.cos(Math.PI / 12)))
  const [a, b] = (
    [
      [main, along],
      [along, main],
      [Math.round(cell), 0],
    ] as const
  )[ink]
  const norm = a * a + b * b
  // The lattice of (a, b), (-b, a) contains (norm / g, 0) with g = gcd(a, b).
  const size = norm / gcd(a, b)
  const spots: { at: number; spot: number }[] = []
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const u = ((x + 0.5) * a + (y + 0.5) * b) / norm
      const v = (-(x + 0.5) * b + (y + 0.5) * a) / norm
      spots.push({ at: y * size + x, spot: -Math.cos(2 * Math.PI * u) - Math.cos(2 * Math.PI * v) })
    }
  }
  // All cells fill dot by dot in one order; equal spots follow a fixed scattered order.
  spots.sort((p, q) => (Math.abs(p.spot - q.spot) > 1e-9 ? p.spot - q.spot : scatter(p.at) - scatter(q.at)))
  const thresholds = new Float64Array(size * size)
  spots.forEach(({ at }, rank) => {
    thresholds[at] = Math.floor((rank * norm) / spots.length) / norm
  })
  return { size, thresholds, cellDots: norm }
}

/**
 * Level 0..15 of the dot with this threshold: the dots of a cell fill one after the other, the one in turn in part,
 * so that the mean over a cell is the coverage.
 */
export function dotLevel(coverage: number, threshold: number, cellDots: number): number {
  const part = (coverage - threshold) * cellDots
  return Math.max(0, Math.min(dotLevels - 1, Math.round(part * (dotLevels - 1))))
}

function scatter(index: number): number {
  return (Math.imul(index + 1, 0x9e3779b1) >>> 0) / 4294967296
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
