import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { Experiment } from '#contract/experiment'
import { hashes } from '../support/tree'
import { temporaryFolder } from '../support/temporary'

const program = join(import.meta.dirname, '../../out/cli.js')

/** On the embedded model, as small as an experiment of two sheets can be. */
const settings =
  '--count 3 --epsilons 8 --methods fgsm,bim --case average --columns 1 --image-mm 65 --resolution 1080p'
const parts = ['images', 'sheets', 'photos', 'crops', 'results']

async function halftone(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, '--folder', folder])
  return stdout
}

/** Starts a command and kills it, unasked, once a file is there. @returns whether the kill came before the end */
async function killedAt(folder: string, file: string, ...args: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [program, ...args, '--folder', folder], { stdio: 'ignore' })
  const exit = once(child, 'exit')
  while (child.exitCode === null && !existsSync(join(folder, 'k', file))) await pause(2)
  child.kill('SIGKILL')
  const [, signal] = (await exit) as [number | null, string | null]
  return signal === 'SIGKILL'
}

async function stateOf(folder: string): Promise<Experiment> {
  const list = JSON.parse(await halftone(folder, 'list', '--json')) as {
    problem: string | null
    steps: Experiment['steps']
  }[]
  expect(list).toMatchObject([{ id: 'k', problem: null }])
  return list[0] as unknown as Experiment
}

it('an experiment whose commands are killed goes on where it stopped, and ends with the same bytes', async () => {
  const whole = await temporaryFolder()
  const cut = await temporaryFolder()
  for (const folder of [whole, cut]) await halftone(folder, 'new', 'k', ...settings.split(' '))

  // In the middle of the second setting's images: the first setting is complete and stays so.
  expect(await killedAt(cut, 'images/bim-eps8', 'generate', 'k')).toBe(true)
  expect((await stateOf(cut)).steps.generated).toMatchObject({ done: 1, total: 2 })
  await halftone(cut, 'generate', 'k')
  await halftone(cut, 'sheets', 'k')
  // A photo is there, its crops are not all.
  expect(await killedAt(cut, 'crops/paper', 'simulate', 'k')).toBe(true)
  expect((await stateOf(cut)).steps.captured.done).toBeLessThan(2)
  await halftone(cut, 'simulate', 'k')
  expect((await stateOf(cut)).steps.captured).toMatchObject({ done: 2, total: 2 })
  await halftone(cut, 'score', 'k')

  for (const step of ['generate', 'sheets', 'simulate', 'score']) await halftone(whole, step, 'k')
  expect(await hashes(join(cut, 'k'), ...parts)).toEqual(await hashes(join(whole, 'k'), ...parts))
}, 240_000)
