import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { SessionGraph } from '#node/onnx/optimise'
import { openPrepared } from '#node/onnx/openPrepared'
import { convNetBytes } from '../../support/onnxNets'
import { temporaryFolder } from '../../support/temporary'

const ports = { input: 'image', outputs: ['scores'] }
const prepared = (model: SessionGraph['model']) => ({
  ports,
  graph: { model, level: 'all', executionProviders: ['cpu'] } as const,
})

it('asks again for a graph that is of no use on the disk, and tells of one that is of none in memory', async () => {
  const path = join(await temporaryFolder(), 'graph.onnx')
  await writeFile(path, 'no graph')
  const asked: number[] = []
  const whole = convNetBytes()
  const opened = await openPrepared((refused) => {
    asked.push(refused)
    return Promise.resolve(prepared(refused < 2 ? path : whole))
  }, 1)
  expect(asked).toEqual([0, 1, 2])
  expect(opened.ports).toBe(ports)
  expect(opened.session).toHaveProperty('outputNames', expect.any(Array))
  await opened.session[Symbol.asyncDispose]()
  await expect(
    openPrepared(() => Promise.resolve(prepared(whole.subarray(0, 100))), 1),
  ).rejects.toMatchObject({ code: 'unreadable-file' })
})
