import { expect, it } from 'vitest'
import { Random } from '#core/tensor/Random'
import { Crew } from '#node/crew/Crew'
import { CrewModel } from '#node/crew/CrewModel'
import { openModel } from '#node/onnx/openModel'
import { collectGarbage } from '../../support/collectGarbage'
import { convNetBytes } from '../../support/onnxNets'

it(
  'gradients on a crew take no more memory after 10,000 runs than after 2,000',
  { timeout: 180_000 },
  async () => {
    const bytes = convNetBytes({ size: 8, channels: 4 })
    const opened = await openModel({ bytes, name: 'net', hash: 'h' }, { provider: 'cpu', threads: 2 })
    await using crew = new Crew(2)
    await using model = new CrewModel(opened, crew, 0)
    const random = new Random('memory')
    const count = 32
    const data = Float32Array.from({ length: count * 192 }, () => random.uniform())
    const images = { channels: 3, height: 8, width: 8, count, data }
    const labels = Array.from({ length: count }, (_, i) => i % 10)
    const run = async (times: number): Promise<number> => {
      for (let i = 0; i < times; i++) await model.gradient(images, { kind: 'cross-entropy', labels })
      collectGarbage()
      return process.memoryUsage().rss
    }
    // Caches, pools and compiled code fill up first.
    const early = await run(2000)
    const late = await run(8000)
    // A leak of the gradients alone would be 197 MB. The threads' garbage is collected when they see fit.
    expect(late - early).toBeLessThan(6e7)
  },
)
