import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Cli } from '#cli/Cli'
import { cache } from '#cli/commands/cache'
import { GraphCache } from '#node/onnx/cache/GraphCache'
import { findModel, modelKey } from '#node/onnx/modelFile'
import { openModel } from '#node/onnx/openModel'
import { convNetBytes } from '../support/onnxNets'
import { temporaryFolder } from '../support/temporary'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** Runs `halftone cache ...` and gives what it printed. */
async function halftone(...args: string[]): Promise<string> {
  let printed = ''
  const out = { write: (text: string) => (printed += text) }
  const openLab = () => {
    throw new Error('The cache needs no lab.')
  }
  const program = new Command('halftone')
  cache(program, new Cli({ out, err: out, now: () => 0, openLab }))
  await program.parseAsync(['cache', ...args], { from: 'user' })
  return printed
}

async function keepOne(folder: string): Promise<void> {
  const path = join(folder, 'net.onnx')
  await writeFile(path, convNetBytes())
  const found = await findModel({ kind: 'file', path })
  const entry = new GraphCache(folder).entry(modelKey(found), found.name)
  const { model: opened } = await openModel(found, { provider: 'cpu' }, entry)
  await using model = opened
  await model.logits({ ...model.input, count: 1, data: new Float32Array(432) })
}

describe('halftone cache', () => {
  it('shows what is kept, and removes it', async () => {
    const folder = await temporaryFolder()
    vi.stubEnv('HALFTONE_CACHE', folder)
    expect(await halftone()).toBe(`Nothing is kept yet. The folder is ${folder}.\n`)
    await keepOne(folder)
    expect(await halftone()).toMatch(/\d MB\n\nmodel +size .*\nnet\.onnx +0\.\d MB +20\d\d-/)
    const shown = JSON.parse(await halftone('show', '--json')) as { bytes: number; models: object[] }
    expect(shown).toMatchObject({ folder, models: [{ model: 'net.onnx', bytes: shown.bytes }] })
    expect(await halftone('clear')).toMatch(/^Removed 1 model, 0\.\d MB, from /)
    expect(JSON.parse(await halftone('--json'))).toEqual({ folder, bytes: 0, models: [] })
  })

  it('says that it is off', async () => {
    vi.stubEnv('HALFTONE_CACHE', 'off')
    expect(await halftone()).toMatch(/HALFTONE_CACHE turns the cache off/)
    expect(JSON.parse(await halftone('clear', '--json'))).toEqual({ folder: null })
  })
})
