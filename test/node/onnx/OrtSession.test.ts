import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { RunTensor } from '#core/onnx/facts'
import { projectFolder } from '#node/lab/projectFolder'
import { OrtSession } from '#node/onnx/OrtSession'

const count = 16
const input: RunTensor = {
  type: 'float',
  dims: [count, 3, 128, 128],
  data: new Float32Array(count * 3 * 128 * 128).map((_, i) => (i % 251) / 250),
}

it('puts an output where it is told, and gives back that very memory', async () => {
  const model = await readFile(join(projectFolder(), 'assets', 'models', 'signs.onnx'))
  await using session = await OrtSession.create(model, { executionProviders: ['cpu'] })
  const plain = await session.run({ image: input }, ['logits'])
  // Somewhere in a longer array, as an attack has it.
  const around = new Float32Array(count * 50 + 7).fill(-1)
  const data = around.subarray(3, 3 + count * 50)
  const place: RunTensor = { type: 'float', dims: [count, 50], data }
  for (let run = 0; run < 3; run++) {
    data.fill(0)
    const placed = await session.run({ image: input }, ['logits'], { logits: place })
    expect(placed['logits']).toBe(place)
    expect(data).toEqual(plain['logits']!.data)
  }
  expect([...around.subarray(0, 3), ...around.subarray(-4)]).toEqual(new Array(7).fill(-1))
})
