import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Random } from '#core/tensor/Random'
import { FolderStore } from '#node/store/FolderStore'
import { anExperiment } from '../../support/experiment'
import { bundled } from '../../support/bundled'
import { temporaryFolder } from '../../support/temporary'

it('a writer killed at any point leaves every file whole, and the next writer goes on', async () => {
  const root = await temporaryFolder()
  const store = new FolderStore(root)
  await store.create(anExperiment())
  const script = await bundled('test/support/children/keepWriting.ts')
  const random = new Random('kill')
  let leftovers = 0
  for (let round = 0; round < 12; round++) {
    const child = spawn(process.execPath, [script, root], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exit = once(child, 'exit')
    await Promise.race([once(child.stdout, 'data'), exit])
    await pause(random.uniform(0, 60))
    child.kill('SIGKILL')
    const [, signal] = (await exit) as [number | null, string | null]
    expect(signal).toBe('SIGKILL')

    const folder = await store.open('try')
    const generation = Number(folder.experiment.name.replace(/\D/g, '')) || 0
    if (await folder.has('large.bin')) {
      const bytes = await folder.read('large.bin')
      expect(bytes.length).toBe(2_000_000)
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true)
      // The file is written before the name: it is of the name's generation or of the next.
      expect([generation % 256, (generation + 1) % 256]).toContain(bytes[0])
    }
    leftovers += (await readdir(join(root, 'try', '.unfinished'))).length
  }
  // The kills did come in the middle of writes; otherwise this test would show nothing.
  expect(leftovers).toBeGreaterThan(0)
  await (await store.edit('try'))[Symbol.asyncDispose]()
  expect((await readdir(join(root, 'try'))).sort()).toEqual(['experiment.json', 'large.bin'])
})
