import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { Random } from '#core/tensor/Random'
import { SharedJson } from '#node/store/SharedJson'
import { bundled } from '../../support/bundled'
import { temporaryFolder } from '../../support/temporary'

const schema = z.object({ names: z.array(z.string()) })

async function shared(): Promise<{ file: SharedJson<typeof schema>; folder: string; path: string }> {
  const folder = join(await temporaryFolder(), 'hidden')
  const path = join(folder, 'names.json')
  return { file: new SharedJson(path, schema, { names: [] }), folder, path }
}

it('a file that is not there reads as empty, and comes with the first change', async () => {
  const { file, folder } = await shared()
  expect(await file.read()).toEqual({ names: [] })
  await expect(readdir(folder)).rejects.toThrow()
  await file.change(() => ({ names: ['a'] }))
  expect(await readdir(folder)).toEqual(['names.json'])
  expect(await new SharedJson(file.path, schema, { names: [] }).read()).toEqual({ names: ['a'] })
})

it('a damaged file is named with what is wrong, and is not written over', async () => {
  const { file, path } = await shared()
  await file.change(() => ({ names: ['a'] }))
  for (const text of ['{ "names": [', '{ "names": 3 }', '']) {
    await writeFile(path, text)
    await expect(file.read()).rejects.toMatchObject({ code: 'unreadable-file' })
    await expect(file.change(() => ({ names: [] }))).rejects.toThrow(
      /names\.json is damaged.*Mend it, or remove it/,
    )
  }
})

it('files beside each other are changed at once, each for itself', async () => {
  const { file, folder } = await shared()
  const other = new SharedJson(join(folder, 'other.json'), schema, { names: [] })
  const changes = Array.from({ length: 40 }, (_, i) =>
    (i % 2 ? file : other).change(({ names }) => ({ names: [...names, String(i)] })),
  )
  await Promise.all(changes)
  expect((await file.read()).names).toEqual(changes.map((_, i) => String(i)).filter((_, i) => i % 2))
  expect((await other.read()).names).toEqual(changes.map((_, i) => String(i)).filter((_, i) => !(i % 2)))
})

it('a change that fails leaves the file and gives the lock back', async () => {
  const { file } = await shared()
  await file.change(() => ({ names: ['a'] }))
  await expect(
    file.change(() => {
      throw new TypeError('oops')
    }),
  ).rejects.toThrow('oops')
  await file.change(({ names }) => ({ names: [...names, 'b'] }))
  expect(await file.read()).toEqual({ names: ['a', 'b'] })
})

it('several programs change it at once without losing a change, also when one of them is killed', async () => {
  const { file, path, folder } = await shared()
  const script = await bundled('test/support/children/keepChanging.ts')
  const start = (name: string, times: number) =>
    spawn(process.execPath, [script, path, name, String(times)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const random = new Random('kill')
  const workers = ['a', 'b'].map((name) => once(start(name, 30), 'exit'))
  for (let i = 0; i < 4; i++) {
    const child = start('killed', 1e9)
    const exit = once(child, 'exit')
    await Promise.race([once(child.stdout, 'data'), exit])
    await pause(random.uniform(0, 20))
    child.kill('SIGKILL')
    await exit
  }
  for (const [code] of await Promise.all(workers)) expect(code).toBe(0)
  await file.change(({ names }) => ({ names: [...names, 'last'] }))
  const { names } = await file.read()
  const count = (wanted: string): number => names.filter((name) => name === wanted).length
  expect([count('a'), count('b'), count('last')]).toEqual([30, 30, 1])
  expect(count('killed')).toBeGreaterThanOrEqual(4)
  expect((await readdir(folder)).filter((name) => name.includes('lock'))).toEqual([])
})
