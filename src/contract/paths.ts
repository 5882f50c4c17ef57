import type { CropKind, Role } from './steps'

/** Where things are in an experiment's folder. */
export const paths = {
  images: 'images/images.json',
  setting: (setting: string) => `images/${setting}/setting.json`,
  cleanImage: (image: number, className: string) => `images/clean/${imageName(image, className)}.png`,
  adversarialImage: (setting: string, image: number, className: string) =>
    `images/${setting}/${imageName(image, className)}.png`,
  sheetsPdf: 'sheets/sheets.pdf',
  sheets: 'sheets/sheets.json',
  photos: 'photos',
  refusedPhotos: 'photos/refused.json',
  refusedPhoto: (name: string) => `photos/refused/${name}`,
  simulatedPhoto: (sheet: number) => `photos/${sheetName(sheet)}.jpg`,
  simulatedTruth: (sheet: number) => `photos/${sheetName(sheet)}.json`,
  crops: 'crops',
  capturedSheet: (sheet: number) => `crops/${sheetName(sheet)}.json`,
  crop: (kind: CropKind, setting: string, image: number, role: Role) =>
    `crops/${kind}/${setting}/${String(image).padStart(4, '0')}-${role}.png`,
  results: 'results',
  imageResults: 'results/images.json',
  scores: 'results/scores.json',
  study: 'results/study.json',
  report: 'report.pdf',
} as const

function sheetName(sheet: number): string {
  return `sheet-${String(sheet).padStart(3, '0')}`
}

function imageName(image: number, className: string): string {
  return `${String(image).padStart(4, '0')}-${slug(className)}`
}

/** A text as a part of a file name that every file system takes: lower case, letters, digits and dashes. */
export function slug(text: string): string {
  const plain = text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
  return plain.slice(0, 40).replace(/-+$/, '') || 'x'
}

/** The name of an imported photo: its own, with some of its hash, since phones call every folder's first photo the same. */
export function photoName(origin: string, sha256: string): string {
  const name = origin.split(/[\\/]/).at(-1) ?? ''
  const dot = name.lastIndexOf('.')
  const extension = dot > 0 ? name.slice(dot + 1).toLowerCase() : ''
  return `${slug(dot > 0 ? name.slice(0, dot) : name)}-${sha256.slice(0, 8)}.${slug(extension)}`
}
