import { readdir, readFile } from 'node:fs/promises'
import { isAbsolute, join, relative, sep } from 'node:path'
import { HalftoneError } from '#core/errors'
import { classLookup, unknownLabel, type NamedClass } from '#core/datasets/labels/classLookup'
import { parseLabels } from '#core/datasets/labels/parseLabels'

/** A picture file and the class it belongs to. Names are relative to the folder, with forward slashes. */
export interface LabelledFile {
  readonly file: string
  readonly label: number
}

export interface SkippedFile {
  readonly file: string
  readonly reason: string
}

export interface Listing {
  readonly files: readonly LabelledFile[]
  readonly skipped: readonly SkippedFile[]
}

const labelFiles = ['labels.csv', 'labels.txt']

/**
 * What a folder of labelled pictures says it holds. With a labels.csv or labels.txt in it, that file decides;
 * otherwise every folder in it is a label. Names that start with a dot are not looked at. Nothing is decoded yet.
 *
 * @throws HalftoneError `not-found` when there is no folder or nothing in it, `unreadable-file` when it cannot be read.
 */
export async function listPictures(folder: string, classes: readonly NamedClass[]): Promise<Listing> {
  const names = await namesIn(folder)
  const labelFile = labelFiles.find((name) => names.some(({ file }) => file === name))
  const listing = labelFile
    ? await fromLabelFile(folder, labelFile, names, classes)
    : fromFolders(names, classes)
  if (listing.files.length + listing.skipped.length === 0) {
    throw new HalftoneError(
      'not-found',
      `Expected pictures in ${folder}, in one folder per class or with a labels.csv of file and label, found none.`,
    )
  }
  return listing
}

async function namesIn(folder: string): Promise<{ file: string }[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true })
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => ({
        file: relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'),
      }))
      .filter(({ file }) => !file.split('/').some((part) => part.startsWith('.')))
      .sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new HalftoneError('not-found', `Expected a folder of pictures at ${folder}, found none.`, {
        cause: error,
      })
    }
    throw new HalftoneError(
      'unreadable-file',
      `Cannot read the folder ${folder} (${code ?? String(error)}).`,
      {
        cause: error,
      },
    )
  }
}

function fromFolders(names: readonly { file: string }[], classes: readonly NamedClass[]): Listing {
  const find = classLookup(classes)
  const files: LabelledFile[] = []
  const skipped: SkippedFile[] = []
  for (const { file } of names) {
    const slash = file.indexOf('/')
    if (slash < 0) {
      skipped.push({ file, reason: 'It lies in no class folder, and there is no labels.csv.' })
      continue
    }
    const label = find(file.slice(0, slash))
    if (label === undefined) skipped.push({ file, reason: unknownLabel(file.slice(0, slash), classes) })
    else files.push({ file, label })
  }
  return { files, skipped }
}

async function fromLabelFile(
  folder: string,
  labelFile: string,
  names: readonly { file: string }[],
  classes: readonly NamedClass[],
): Promise<Listing> {
  const { rows, faults } = parseLabels(await readFile(join(folder, labelFile), 'utf8'))
  const find = classLookup(classes)
  const present = new Set(names.map(({ file }) => file))
  const named = new Map<string, number>()
  const files: LabelledFile[] = []
  const skipped: SkippedFile[] = faults.map(({ line, reason }) => ({ file: `${labelFile}:${line}`, reason }))
  for (const { file: written, label, line } of rows) {
    const file = written.replaceAll('\\', '/').replace(/^(\.\/)+/, '')
    const earlier = named.get(file)
    const index = find(label)
    if (isAbsolute(file) || file.split('/').includes('..')) {
      skipped.push({ file: written, reason: `${labelFile} line ${line} names a file outside the folder.` })
    } else if (earlier !== undefined) {
      skipped.push({ file, reason: `${labelFile} line ${line} names it again, after line ${earlier}.` })
    } else {
      named.set(file, line)
      if (!present.has(file)) {
        skipped.push({ file, reason: `${labelFile} line ${line} names it, but there is no such file.` })
      } else if (index === undefined) skipped.push({ file, reason: unknownLabel(label, classes) })
      else files.push({ file, label: index })
    }
  }
  for (const { file } of names) {
    if (named.has(file) || labelFiles.includes(file)) continue
    skipped.push({ file, reason: `${labelFile} does not name it.` })
  }
  return { files, skipped }
}
