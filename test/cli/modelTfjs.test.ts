import { Command } from 'commander'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Cli } from '#cli/Cli'
import { model } from '#cli/commands/model'
import { computes, installed, withOwnCore } from '../support/tfjsPackages'
import { temporaryFolder } from '../support/temporary'
import { smallNet, writeLayers } from '../support/tfjsNets'

afterEach(() => {
  vi.unstubAllEnvs()
})

/** `halftone model inspect` of a small TF.js model, with an engine of its own that sees this environment. */
async function inspected(engine: { readonly code: string }, own = false): Promise<string> {
  const { folder } = await installed({ 'tfjs-node': engine })
  if (own) await withOwnCore(folder)
  vi.stubEnv('HALFTONE_TFJS', folder)
  let printed = ''
  const out = { write: (text: string) => (printed += text) }
  const openLab = () => {
    throw new Error('The model commands need no lab.')
  }
  const cli = new Cli({ out, err: out, now: () => 0, openLab })
  const program = new Command().exitOverride()
  model(program, cli)
  const net = await writeLayers(await temporaryFolder(), smallNet())
  await program.parseAsync(['model', 'inspect', net, '--threads', '1'], { from: 'user' })
  return printed
}

describe('halftone model inspect of a TF.js model', () => {
  it("says that the user's engine runs it, which is found where HALFTONE_TFJS says", async () => {
    const text = await inspected({ code: computes() }, true)
    expect(text).toMatch(/Runs on +tfjs-node, 1 thread\n/)
    expect(text).toMatch(/ +not tfjs-node-gpu: not installed in /)
    expect(text).toMatch(/Gradient +yes/)
  })

  it('says what runs it in place of an engine that does not load, and why that does not', async () => {
    const why = 'libtensorflow.so.2: cannot open shared object file: No such file or directory'
    const text = await inspected({ code: `throw new Error(${JSON.stringify(why)})` })
    expect(text).toMatch(/Runs on +tfjs-wasm, 1 thread\n/)
    expect(text).toContain(`not tfjs-node: ${why}\n`)
  })
})
