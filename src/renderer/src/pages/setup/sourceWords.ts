import type { ImageSourceRef } from '#contract/experiment'

/** Kinds of images as the page names them. */
export const sourceTitles: Readonly<Record<ImageSourceRef['kind'], string>> = {
  signs: 'Road signs, drawn by Halftone',
  digits: 'Digits, drawn by Halftone',
  colours: 'Things in colour, drawn by Halftone',
  folder: 'A folder of your own pictures',
  idx: 'MNIST files (IDX)',
  cifar: 'CIFAR-10 files',
}

const fits = { crop: 'cut from the middle', pad: 'with bars', stretch: 'stretched' } as const

/** "Road signs, drawn by Halftone, test split, seed 1" */
export function sourceWords(source: ImageSourceRef): string {
  const title = sourceTitles[source.kind]
  if (source.kind === 'folder') return [source.path, ...(source.fit ? [fits[source.fit]] : [])].join(', ')
  const split = `${source.split} split`
  return 'path' in source ? `${title}, ${split}, ${source.path}` : `${title}, ${split}, seed ${source.seed}`
}
