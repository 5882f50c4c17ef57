import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { env } from 'onnxruntime-node'
import { Crews } from '#node/crew/Crews'
import { inspectModel } from '#node/onnx/inspectModel'
import { readModelFile } from '#node/onnx/modelFile'
import { memoryRows, startRows } from './peers/freshRuns'
import { thisMachine } from './peers/Machine'
import { nets, threads } from './peers/nets'
import type { PeersOptions } from './peers/options'
import { pythonOf, type Python } from './peers/python'
import { drawBatch, timeTask, type Pair } from './peers/timeNet'
import { TorchPeer } from './peers/TorchPeer'
import type { Row } from './table'

/**
 * Halftone beside raw PyTorch on the same nets, images and number of threads, in turn. Ratios depend on the processor and on
 * PyTorch's version, which head the rows. Each row is told as it is measured, too: all of them take a quarter of an hour.
 */
export async function benchPeers(
  options: PeersOptions,
  python = pythonOf(process.env),
): Promise<readonly Row[]> {
  const rows: Row[] = []
  const add = (row: Row): void => {
    rows.push(row)
    console.error(`  ${row.name}: ${Number(row.value.toPrecision(3))} ${row.unit}; ${row.note ?? ''}`)
  }
  try {
    for (const row of await conditions(python)) add(row)
  } catch (error) {
    const install =
      'apt-get install python3-torchvision libopenblas0-openmp, or name another Python in PYTHON'
    return [
      { name: 'PyTorch', value: NaN, unit: '', note: `needs torchvision: ${install}. ${reasonOf(error)}` },
    ]
  }
  for (const name of options.nets) {
    await benchNet(name, python, await mkdtemp(join(tmpdir(), 'halftone-peers-')), options, add)
  }
  return rows
}

interface Hello {
  readonly torch: string
  readonly torchvision: string
  readonly threads: number
  readonly blas: string | null
}

/** What the figures depend on, and how near to its peak the machine can be brought. */
async function conditions(python: Python): Promise<Row[]> {
  await using torch = new TorchPeer(python)
  const hello = await torch.ask<Hello>({ do: 'hello' })
  const peak = await torch.ask<{ product: number; convolution: number }>({ do: 'peak' })
  const versions = `ONNX Runtime ${env.versions.node ?? '?'}; PyTorch ${hello.torch}, torchvision ${hello.torchvision}, ${hello.blas ?? 'unknown BLAS'}`
  return [
    { name: 'threads', value: threads, unit: '', note: `${cpus()[0]?.model.trim() ?? '?'}; ${versions}` },
    { name: 'PyTorch, product of matrices 2048 x 2048', value: peak.product, unit: 'GFLOP/s' },
    {
      name: 'PyTorch, convolution 3 x 3 of 256 channels 56 x 56',
      value: peak.convolution,
      unit: 'GFLOP/s',
    },
  ]
}

/** What fails on one net is told in a row; the others go on, each with a Python of its own. */
async function benchNet(
  name: string,
  python: Python,
  folder: string,
  { batches, tasks, resources, turns }: PeersOptions,
  add: (row: Row) => void,
): Promise<void> {
  const net = nets[name]!
  const path = join(folder, `${name}.onnx`)
  try {
    await using torch = new TorchPeer(python)
    await torch.ask({ do: 'build', net: name, side: net.side, model: path })
    // A file that was only just written is not trusted to stand still, and is read again at the next start.
    if (resources.length > 0) await setTimeout(2500)
    if (resources.includes('start')) {
      for (const row of await startRows(name, path, join(folder, 'start'))) add(row)
    }
    if (resources.includes('memory')) {
      for (const row of await memoryRows(name, path, join(folder, 'memory'), python)) add(row)
    }
    if (tasks.length > 0) {
      const file = await readModelFile({ kind: 'file', path })
      const { graph } = await inspectModel(file, { provider: 'cpu' })
      await using crews = new Crews()
      const { model: opened } = await crews.open(file, { provider: 'cpu', threads })
      await using model = opened
      const pair: Pair = { net, model, torch, machine: thisMachine, folder, gigaflop: graph.flops / 1e9 }
      for (const count of batches) {
        const batch = await drawBatch(pair, count)
        for (const task of tasks) add(await timeTask(pair, batch, task, turns))
      }
    }
  } catch (error) {
    add({ name: net.title, value: NaN, unit: '', note: reasonOf(error) })
  } finally {
    // Nets and what is kept of them are large.
    await rm(folder, { recursive: true, force: true })
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
