import type { ImageOutcome } from '#core/attacks/outcome'
import type { PairRate } from '#core/attacks/pairs'
import { sliceImages, type ByteImages } from '#core/tensor/Images'
import { rasterOf, type Raster } from '#core/tensor/Raster'
import type { Grid, GridCell, GridRow } from '#node/images/drawGrid'

/** More rows or columns make a picture that nobody can look at. */
export const mostCells = 24

const percent = (confidence: number): string => `${(100 * confidence).toFixed(0)} %`

/** Each image before and after, with what changed, made visible. */
export function pairsGrid(
  title: string,
  clean: ByteImages,
  adversarial: ByteImages,
  results: readonly ImageOutcome[],
  classes: readonly string[],
): Grid {
  const rows = results.slice(0, mostCells).map((result, n): GridRow => {
    const { clean: before, adversarial: after, distances, verdict } = result
    const says = ({ label, confidence }: { label: number; confidence: number }): string[] => [
      classes[label]!,
      percent(confidence),
    ]
    return {
      title: classes[result.label]!,
      cells: [
        { picture: rasterOf(clean, n), caption: says(before.top[0]!) },
        {
          picture: rasterOf(adversarial, n),
          caption: [...says(after.top[0]!), verdict.replaceAll('-', ' ')],
        },
        {
          picture: difference(clean, adversarial, n, distances.linf),
          caption: [
            `L2 ${distances.l2.toFixed(0)}, Linf ${distances.linf}`,
            `L0 ${distances.l0}`,
            `in ${result.pixels} pixels`,
          ],
        },
      ],
    }
  })
  return { title, heads: ['clean', 'saved', 'difference'], rows }
}

/** Grey where nothing changed; the greatest change reaches black or white. */
function difference(clean: ByteImages, adversarial: ByteImages, n: number, greatest: number): Raster {
  const before = sliceImages(clean, n, n + 1)
  const after = sliceImages(adversarial, n, n + 1).data
  const scale = greatest > 0 ? 127 / greatest : 0
  const data = before.data.map((value, i) => 128 + Math.round(scale * (after[i]! - value)))
  return rasterOf({ ...before, data }, 0)
}

/**
 * Source by target, as in Carlini and Wagner 2017 (figures 3 to 5) and Papernot 2016 (figure 1): a row for each image, a
 * column for each target, the clean image where they are the same, a gap where the attack failed.
 * @param sources index of each attempt's image among the images
 */
export function targetsGrid(
  title: string,
  images: ByteImages,
  adversarial: ByteImages,
  attempts: readonly { readonly source: number; readonly result: ImageOutcome }[],
  targets: readonly number[],
  classes: readonly string[],
): Grid {
  const shown = targets.slice(0, mostCells)
  const sources = [...new Set(attempts.map(({ source }) => source))].slice(0, mostCells)
  const rows = sources.map((source): GridRow => {
    const own = attempts.flatMap((attempt, n) => (attempt.source === source ? [{ ...attempt, n }] : []))
    const { label } = own[0]!.result
    const cells = shown.map((target): GridCell => {
      if (target === label) return { picture: rasterOf(images, source), caption: ['clean'] }
      const attempt = own.find(({ result }) => result.target === target)
      if (!attempt) return {}
      const { verdict, adversarial: after } = attempt.result
      if (verdict !== 'fooled') return { caption: [verdict.replaceAll('-', ' ')] }
      return { picture: rasterOf(adversarial, attempt.n), caption: [percent(after.top[0]!.confidence)] }
    })
    return { title: classes[label]!, cells }
  })
  return { title, heads: shown.map((target) => classes[target]!), rows }
}

/** The success heat map of Su 2019: rows are sources, columns targets, dark where the attack succeeds. */
export function heatGrid(title: string, pairs: readonly PairRate[], classes: readonly string[]): Grid {
  const sources = [...new Set(pairs.map(({ source }) => source))]
  const targets = [...new Set(pairs.map(({ target }) => target))].sort((a, b) => a - b).slice(0, mostCells)
  const rows = sources.slice(0, mostCells).map((source): GridRow => ({
    title: classes[source]!,
    cells: targets.map((target): GridCell => {
      const pair = pairs.find((one) => one.source === source && one.target === target)
      if (!pair) return source === target ? {} : { picture: tile(null) }
      const { count, of, rate } = pair.success
      return { picture: tile(rate), caption: [`${count}/${of}`] }
    }),
  }))
  return { title, heads: targets.map((target) => classes[target]!), rows }
}

/** One hue from pale to dark blue: read in grey too. */
function tile(rate: number | null): Raster {
  const [width, height] = [96, 48]
  const [pale, dark] = [
    [0xee, 0xf2, 0xf8],
    [0x12, 0x3a, 0x78],
  ] as const
  const data = new Uint8Array(width * height * 3)
  for (let i = 0; i < data.length; i++) {
    const c = i % 3
    data[i] = rate === null ? 0xf4 : Math.round(pale[c]! + rate * (dark[c]! - pale[c]!))
  }
  return { width, height, channels: 3, data }
}
