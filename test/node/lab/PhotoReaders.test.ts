import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import type { CaptureOutcome } from '#core/capture/types'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import { PhotoReaders } from '#node/lab/PhotoReaders'
import { testSheets } from '../../support/testSheets'

const never = { aborted: false }

/** Pools that read nothing, and tell what becomes of them. */
function counted(idle?: number): { readers: PhotoReaders; log: string[] } {
  const log: string[] = []
  const createPool = (sheets: readonly SheetGeometry[]) => {
    const name = String(sheets.length)
    log.push(`open ${name}`)
    return {
      photo: (): Promise<CaptureOutcome> => {
        log.push(`read ${name}`)
        return Promise.resolve({
          kind: 'refused',
          reason: 'no-sheet',
          message: '',
          picture: { width: 1, height: 1 },
          times: {},
        })
      },
      close: () => {
        log.push(`close ${name}`)
        return Promise.resolve()
      },
    }
  }
  return { readers: new PhotoReaders({ createPool, ...(idle !== undefined && { idle }) }), log }
}

it('one sheet`s photos are read by the same workers, import after import', async () => {
  const { readers, log } = counted()
  for (let i = 0; i < 3; i++) {
    await using reader = await readers.open(testSheets(1))
    await reader.read(Uint8Array.of(), never)
  }
  expect(log).toEqual(['open 1', 'read 1', 'read 1', 'read 1'])
  await readers[Symbol.asyncDispose]()
  expect(log.at(-1)).toBe('close 1')
})

it('other sheets get workers of their own, once those of before are done', async () => {
  const { readers, log } = counted()
  const sheets = testSheets(2)
  const one = await readers.open(sheets.slice(0, 1))
  const two = await readers.open(sheets.slice(0, 2))
  expect(log).toEqual(['open 1', 'open 2'])
  await one.read(Uint8Array.of(), never)
  await one[Symbol.asyncDispose]()
  await one[Symbol.asyncDispose]()
  expect(log).toEqual(['open 1', 'open 2', 'read 1', 'close 1'])
  await two[Symbol.asyncDispose]()
  await (await readers.open(sheets.slice(0, 1)))[Symbol.asyncDispose]()
  expect(log.slice(4)).toEqual(['open 1', 'close 2'])
})

it('workers that nobody uses end after a while', async () => {
  const { readers, log } = counted(5)
  await (await readers.open(testSheets(1)))[Symbol.asyncDispose]()
  while (!log.includes('close 1')) await pause(5)
  await (await readers.open(testSheets(1)))[Symbol.asyncDispose]()
  expect(log).toEqual(['open 1', 'close 1', 'open 1'])
})
