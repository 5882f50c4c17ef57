import { describe, expect, it } from 'vitest'
import { droppedFiles, mayBePhoto } from '#renderer/pages/capture/photos/droppedFiles'
import { fileName } from '#renderer/pages/capture/photos/fileName'

const file = (name: string) => ({
  isFile: true,
  name,
  file: (done: (file: File) => void) => done(new File([], name)),
})

/** A folder whose reader gives two entries at a time, as browsers give a hundred. */
function folder(name: string, children: { name: string }[]) {
  return {
    isFile: false,
    isDirectory: true,
    name,
    createReader: () => {
      const left = [...children]
      return { readEntries: (done: (some: unknown[]) => void) => done(left.splice(0, 2)) }
    },
  }
}

const drop = (entries: unknown[], files: File[] = []) =>
  ({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files }) as unknown as DataTransfer

describe('dropped files', () => {
  it('are found in folders too, all of them, in the order of their numbers', async () => {
    const inner = folder('inner', [file('b.jpg')])
    const entries = [folder('photos', [file('10.jpg'), file('2.jpg'), file('1.jpg'), inner]), file('z.jpg')]
    const names = (await droppedFiles(drop(entries))).map(({ name }) => name)
    expect(names).toEqual(['1.jpg', '2.jpg', '10.jpg', 'b.jpg', 'z.jpg'])
  })

  it('are taken as they are where the browser has no entries', async () => {
    const files = [new File([], 'a.jpg')]
    expect(await droppedFiles(drop([null], files))).toEqual(files)
  })

  it.each([
    ['IMG_1.HEIC', '', true],
    ['a.jpeg', '', true],
    ['scan', 'image/tiff', true],
    ['notes.txt', 'text/plain', false],
    ['sheets.pdf', 'application/pdf', false],
  ])('%s (%s) may be a photo: %s', (name, type, may) => {
    expect(mayBePhoto({ name, type })).toBe(may)
  })

  it('have names on any system', () => {
    expect(['/a/b.jpg', 'C:\\a\\b.jpg', 'b.jpg', 'a/'].map(fileName)).toEqual([
      'b.jpg',
      'b.jpg',
      'b.jpg',
      'a/',
    ])
  })
})
