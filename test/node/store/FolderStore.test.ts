import * as fs from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FolderStore } from '#node/store/FolderStore'
import { anExperiment } from '../../support/experiment'
import { temporaryFolder } from '../../support/temporary'

async function storeWith(...ids: string[]): Promise<{ store: FolderStore; root: string }> {
  const root = join(await temporaryFolder(), 'experiments')
  const store = new FolderStore(root)
  for (const id of ids) await store.create(anExperiment({ id }))
  return { store, root }
}

describe('an experiments folder', () => {
  it('need not be there to be listed', async () => {
    const { store } = await storeWith()
    expect(await store.list()).toEqual([])
  })

  it('lists the newest first, and names what cannot be used', async () => {
    const { store, root } = await storeWith('b')
    await store.create(anExperiment({ id: 'a', created: '2026-02-01T00:00:00.000Z' }))
    await fs.mkdir(join(root, 'holiday-photos'))
    await fs.mkdir(join(root, 'broken'))
    await fs.writeFile(join(root, 'broken', 'experiment.json'), '{"schema": 1, "id"')
    const list = await store.list()
    expect(list.map(({ id }) => id)).toEqual(['a', 'b', 'broken'])
    expect(list[2]!.problem).toContain('is not JSON')
  })

  it('refuses a second experiment of one name, and leaves the first as it is', async () => {
    const { store, root } = await storeWith('a')
    await expect(store.create(anExperiment({ id: 'a', name: 'Other' }))).rejects.toMatchObject({
      code: 'conflict',
    })
    expect((await store.open('a')).experiment.name).toBe('Try')
    expect(await fs.readdir(root)).toEqual(['a'])
  })

  it.each(['../a', 'a/b', '', '.hidden', 'A', 'con\0'])('refuses the id %j', async (id) => {
    const { store } = await storeWith('a')
    await expect(store.open(id)).rejects.toMatchObject({ code: 'invalid-argument' })
  })

  it('says which experiment is missing, and where it was expected', async () => {
    const { store, root } = await storeWith()
    await expect(store.open('gone')).rejects.toMatchObject({ code: 'not-found' })
    await expect(store.edit('gone')).rejects.toThrow(join(root, 'gone', 'experiment.json'))
    await expect(fs.access(root)).rejects.toThrow()
  })
})

describe('an experiment', () => {
  it('comes back as it was written', async () => {
    const { store } = await storeWith('a')
    {
      await using writer = await store.edit('a')
      await writer.write('images/clean/0001-stop.png', Uint8Array.of(1, 2, 3))
      await writer.write('notes.txt', 'ε')
      await writer.update((experiment) => ({ ...experiment, name: 'Renamed' }))
      expect(writer.experiment.name).toBe('Renamed')
    }
    const folder = await store.open('a')
    expect(folder.experiment).toEqual(anExperiment({ id: 'a', name: 'Renamed' }))
    expect([...(await folder.read('images/clean/0001-stop.png'))]).toEqual([1, 2, 3])
    expect(await folder.readText('notes.txt')).toBe('ε')
    expect(await folder.list('images/clean')).toEqual(['0001-stop.png'])
    expect(await folder.list('nothing')).toEqual([])
    expect(await folder.list('')).toEqual(['experiment.json', 'images', 'notes.txt'])
    expect(await folder.has('notes.txt')).toBe(true)
    await expect(folder.read('photos/1.jpg')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('removes files and folders, and does not mind what is gone', async () => {
    const { store } = await storeWith('a')
    await using writer = await store.edit('a')
    await writer.write('crops/a/1.png', 'x')
    await writer.remove('crops')
    await writer.remove('crops')
    expect(await writer.has('crops')).toBe(false)
  })

  it.each(['../b/experiment.json', '/etc/passwd', 'images/../../b', 'a\0b'])(
    'refuses the path %j',
    async (path) => {
      const { store } = await storeWith('a')
      await using writer = await store.edit('a')
      await expect(writer.read(path)).rejects.toMatchObject({ code: 'invalid-argument' })
      await expect(writer.write(path, 'x')).rejects.toMatchObject({ code: 'invalid-argument' })
      await expect(writer.remove(path)).rejects.toMatchObject({ code: 'invalid-argument' })
    },
  )

  it('goes by the name of its folder', async () => {
    const { store, root } = await storeWith('a')
    await fs.rename(join(root, 'a'), join(root, 'renamed'))
    expect((await store.open('renamed')).experiment.id).toBe('renamed')
  })
})

describe('two writers', () => {
  it('do not write one experiment at once, and a reader may look on', async () => {
    const { store } = await storeWith('a', 'b')
    const first = await store.edit('a')
    await expect(store.edit('a')).rejects.toMatchObject({
      code: 'conflict',
      message: `The experiment "a" is being written by process ${process.pid}. Wait until it has finished, or end it.`,
    })
    expect((await store.open('a')).experiment.id).toBe('a')
    await (await store.edit('b'))[Symbol.asyncDispose]()
    await first[Symbol.asyncDispose]()
    await (await store.edit('a'))[Symbol.asyncDispose]()
  })

  it('may start at the same moment: one gets the lock, also when a dead process left one', async () => {
    const { store, root } = await storeWith('a')
    for (let round = 0; round < 5; round++) {
      // No process has this number: it is above the greatest that Linux gives.
      const dead = { pid: 2 ** 22 + 1, host: hostname(), started: null }
      await fs.writeFile(join(root, 'a', '.lock'), JSON.stringify(dead))
      const tries = await Promise.allSettled(Array.from({ length: 6 }, () => store.edit('a')))
      const winners = tries.filter((result) => result.status === 'fulfilled')
      expect(winners).toHaveLength(1)
      await winners[0]!.value[Symbol.asyncDispose]()
    }
    expect((await fs.readdir(join(root, 'a'))).sort()).toEqual(['experiment.json'])
  })

  it('of which one is on another machine: its lock counts, and the message names the file', async () => {
    const { store, root } = await storeWith('a')
    await fs.writeFile(join(root, 'a', '.lock'), JSON.stringify({ pid: 1, host: 'elsewhere', started: null }))
    await expect(store.edit('a')).rejects.toThrow(/on elsewhere.*remove .*\.lock/)
  })

  it('of which one was killed while taking the lock: an old empty lock is broken', async () => {
    const { store, root } = await storeWith('a')
    const lock = join(root, 'a', '.lock')
    await fs.writeFile(lock, '')
    await fs.utimes(lock, new Date(0), new Date(0))
    await (await store.edit('a'))[Symbol.asyncDispose]()
  })

  it('of which one had the number of a process that lives now', async () => {
    const { store, root } = await storeWith('a')
    const reused = { pid: process.pid, host: hostname(), started: '1' }
    await fs.writeFile(join(root, 'a', '.lock'), JSON.stringify(reused))
    if (process.platform === 'linux') await (await store.edit('a'))[Symbol.asyncDispose]()
    else await expect(store.edit('a')).rejects.toMatchObject({ code: 'conflict' })
  })
})
