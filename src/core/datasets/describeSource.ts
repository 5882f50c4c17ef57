import type { ImageSourceRef } from '#contract/experiment'
import { drawnSets } from './drawnSets'

/** Which data a result came from, for results, reports and cards: "digits drawn by Halftone, test split, seed 1". */
export function describeSource(source: ImageSourceRef): string {
  switch (source.kind) {
    case 'signs':
    case 'digits':
    case 'colours':
      return `${drawnSets[source.kind].title}, ${source.split} split, seed ${source.seed}`
    case 'idx':
      return `IDX files in ${lastName(source.path)}, ${source.split} split`
    case 'cifar':
      return `CIFAR-10 batches in ${lastName(source.path)}, ${source.split} split`
    case 'folder':
      return `pictures of the folder ${lastName(source.path)}`
  }
}

/** The whole path is nobody else's business: the last name is enough. */
function lastName(path: string): string {
  return (
    path
      .split(/[\\/]/)
      .filter((part) => part !== '' && part !== '.')
      .at(-1) ?? path
  )
}
