/** Paper sizes by name, portrait, in dots of 1/600 inch: A4 is the whole number of dots nearest to 210 x 297 mm. */
export const papers = {
  A4: { width: 4961, height: 7016 },
  Letter: { width: 5100, height: 6600 },
} as const

export type PaperName = keyof typeof papers
export const paperNames = Object.keys(papers) as readonly PaperName[]

export type Orientation = 'portrait' | 'landscape'

/** Width and height of a page in dots. */
export function paperDots(paper: PaperName, orientation: Orientation): { width: number; height: number } {
  const { width, height } = papers[paper]
  return orientation === 'portrait' ? { width, height } : { width: height, height: width }
}
