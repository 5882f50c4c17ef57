import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { builtFile } from '#node/process/builtFile'
import type { Row } from '../table'
import type { FreshRun } from './fresh'
import { nets } from './nets'
import { endingOf, surroundings, type Python } from './python'

const run = promisify(execFile)

/** The batch whose memory is compared. */
const batch = 8

interface Memory {
  readonly baseline: number | null
  readonly opened: number | null
  readonly peak: number | null
}

/**
 * Peak resident memory of forward and gradient at batch 8, in a process of Node and in one of Python: ours for the first time,
 * and again with what was kept of the model.
 * @param folder an empty one, for what is kept
 */
export async function memoryRows(
  name: string,
  model: string,
  folder: string,
  python: Python,
): Promise<Row[]> {
  const { title, side } = nets[name]!
  const label = `${title}, batch ${batch}: peak memory`
  const told = ['memory', name, String(side), String(batch)]
  const theirs = (await answerOf(python, told, surroundings(process.env))) as Memory
  if (theirs.peak === null) {
    return [{ name: label, value: NaN, unit: '', note: 'this system does not tell it under /proc' }]
  }
  const [first, again] = [await fresh(model, batch, folder), await fresh(model, batch, folder)]
  const row = (which: string, ours: Memory): Row => {
    const [mine, their] = [ours, theirs].map(({ peak, baseline }) => peak! - baseline!)
    return {
      name: `${label}, ${which}`,
      value: ours.peak! / theirs.peak!,
      unit: "times PyTorch's",
      reference: 'at most 1',
      note:
        `${mb(ours.peak!)} beside ${mb(theirs.peak!)} MB; above what the imports take ${mb(mine!)} beside ` +
        `${mb(their!)} MB, ${(mine! / their!).toFixed(2)} times; ${mb(ours.opened!)} beside ${mb(theirs.opened!)} MB once open`,
    }
  }
  return [row('first run', first), row('second run', again)]
}

/**
 * How long a model takes to start, in a fresh process: for the first time, and again.
 * @param folder an empty one, for what is kept
 */
export async function startRows(name: string, model: string, folder: string): Promise<Row[]> {
  const { title } = nets[name]!
  const row = (which: string, { open, first, started }: FreshRun): Row => ({
    name: `${title}: from its file to the first gradient, ${which}`,
    value: (open + first) / 1000,
    unit: 's',
    note: `${seconds(open)} to open, ${seconds(first)} the gradient; ${seconds(started)} with the start of Node`,
  })
  const once = await fresh(model, 1, folder)
  const again = await fresh(model, 1, folder)
  return [row('first run', once), { ...row('second run', again), reference: 'aim below 1' }]
}

async function fresh(model: string, count: number, cache: string): Promise<FreshRun> {
  const node = { command: process.execPath, script: builtFile('bench-fresh.js') }
  const env = { ...process.env, HALFTONE_CACHE: cache }
  return (await answerOf(node, [model, String(count)], env)) as FreshRun
}

/** What a process that only prints one JSON object has to say. @throws Error with its last words */
async function answerOf(program: Python, asked: readonly string[], env: NodeJS.ProcessEnv): Promise<unknown> {
  try {
    const { stdout } = await run(program.command, [program.script, ...asked], { env })
    return JSON.parse(stdout)
  } catch (error) {
    const { code, signal, stderr = '', message } = error as Failure
    const ended = typeof code === 'number' ? { code } : { lost: message }
    throw new Error(endingOf(program, { words: stderr, signal, ...ended }), { cause: error })
  }
}

/** What execFile throws: an exit code, or the name of what kept the process from starting. */
interface Failure {
  readonly message: string
  readonly code?: number | string | null
  readonly signal?: string | null | undefined
  readonly stderr?: string
}

const mb = (kib: number): string => (kib / 1024).toFixed(0)
const seconds = (time: number): string => `${(time / 1000).toFixed(2)} s`
