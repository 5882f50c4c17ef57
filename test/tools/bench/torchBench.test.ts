import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { readModel } from '#core/onnx/readModel'
import { openModel } from '#node/onnx/openModel'
import { readModelFile } from '#node/onnx/modelFile'
import { thisMachine } from '../../../tools/bench/peers/Machine'
import { surroundings } from '../../../tools/bench/peers/python'
import { tasks } from '../../../tools/bench/peers/tasks'
import { drawBatch } from '../../../tools/bench/peers/timeNet'
import { TorchPeer } from '../../../tools/bench/peers/TorchPeer'
import { temporaryFolder } from '../../support/temporary'
import { python, torchvision } from '../../support/torch'

// To import torch takes long on a busy machine.
vi.setConfig({ testTimeout: 240_000 })

/** The smallest files of torchvision's nets; 64 pixels are all they need. */
const net = { title: 'SqueezeNet 64', side: 64, aim: 1 }

describe.skipIf(!torchvision)(
  `tools/peers/torch_bench.py (${torchvision ? 'with' : 'there is no'} torchvision)`,
  () => {
    test('builds, draws, runs and checks a net that comes to the same on both sides', async () => {
      const folder = await temporaryFolder()
      const path = join(folder, 'net.onnx')
      await using torch = new TorchPeer(python)
      expect(await torch.ask({ do: 'hello' })).toMatchObject({ threads: 2 })
      await torch.ask({ do: 'build', net: 'squeezenet1_1', side: 64, model: path })
      const graph = readModel(await readFile(path))
      expect(graph.inputs[0]!.name).toBe('image')
      expect(graph.inputs[0]!.shape?.slice(1)).toEqual([3, 64, 64])

      const file = await readModelFile({ kind: 'file', path })
      const { model: opened } = await openModel(file, { provider: 'cpu', threads: 2 })
      await using model = opened
      const pair = { net, model, torch, machine: thisMachine, gigaflop: 0.03, folder }
      const batch = await drawBatch(pair, 2)
      expect(batch.images.data.every((value) => value >= 0 && value <= 1)).toBe(true)
      // On the grid of 8 bits nothing is lost by the bytes that attacks begin with.
      expect(Array.from(batch.bytes.data.slice(0, 100), (level) => Math.fround(level / 255))).toEqual(
        Array.from(batch.images.data.slice(0, 100)),
      )
      const gradient = join(folder, 'gradient.f32')
      await torch.ask({ do: 'run', task: 'gradient', calls: 2, steps: 1 })
      const theirs = await torch.ask<{ loss: number }>({ do: 'check', task: 'gradient', gradient })
      const ours = await tasks['gradient']!.run(model, batch, 1)
      expect((await ours.loss()) / theirs.loss).toBeCloseTo(1, 4)
      const bytes = new Uint8Array(await readFile(gradient))
      const expected = new Float32Array(bytes.buffer)
      const length = Math.hypot(...expected)
      expect(length).toBeGreaterThan(0)
      expect(Math.hypot(...expected.map((value, i) => value - ours.gradient![i]!)) / length).toBeLessThan(
        1e-2,
      )
      for (const name of Object.keys(tasks)) {
        expect(await torch.ask({ do: 'run', task: name, calls: 1, steps: 1 })).toMatchObject({
          each: expect.any(Number) as number,
          processor: expect.any(Number) as number,
        })
      }
      await expect(torch.ask({ do: 'run', task: 'nothing', calls: 1, steps: 1 })).rejects.toThrow(/KeyError/)
      await expect(torch.ask({ do: 'build', net: 'nonet', side: 64, model: path })).rejects.toThrow(
        /AttributeError: .*nonet/,
      )
    })

    test('attacks stay within the radius and within [0, 1]; what libraries print is no answer', async () => {
      const script = join(await temporaryFolder(), 'noisy.py')
      const noisy = `
import os, sys; sys.path.insert(0, ${JSON.stringify(dirname(python.script))})
import torch, torch_bench as b

def attacks(self, request):
    print('from Python')
    os.write(1, b'from a library')
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(48, 5))
    b.freeze(net)
    images, labels = b.draw_images(3, 4), torch.arange(3)
    found = {}
    for name, steps in (('fast', 1), ('judged', 1), ('basic', 10), ('pgd', 40)):
        out = b.TASKS[name](net, images, labels, steps)
        found[name] = [float((out - images).abs().max()) * 255, float(out.min()), float(out.max())]
    out = b.climb(net, images, labels, images, b.EPSILON / 2, 1)
    _, gradient = b.loss_and_gradient(net, images, labels)
    inside = (images > b.EPSILON) & (images < 1 - b.EPSILON)
    return {'found': found, 'up': bool((((out - images).sign() == gradient.sign()) | ~inside).all())}

b.Server.attacks = attacks
b.main()
`
      await writeFile(script, noisy)
      await using torch = new TorchPeer({ ...python, script })
      const { found, up } = await torch.ask<{
        found: Record<string, readonly [number, number, number]>
        up: boolean
      }>({ do: 'attacks' })
      expect(Object.keys(found)).toEqual(['fast', 'judged', 'basic', 'pgd'])
      for (const [most, low, high] of Object.values(found)) {
        expect(most).toBeCloseTo(8, 2)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
      }
      expect(up).toBe(true)
    })

    test.skipIf(process.platform !== 'linux')('a process of its own tells its memory', async () => {
      const { stdout } = await promisify(execFile)(
        python.command,
        [python.script, 'memory', 'squeezenet1_1', '64', '1'],
        { env: surroundings(process.env) },
      )
      const { baseline, opened, peak } = JSON.parse(stdout) as Record<string, number>
      expect(opened!).toBeGreaterThan(baseline!)
      expect(peak!).toBeGreaterThanOrEqual(opened!)
    })
  },
)
