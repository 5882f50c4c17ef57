import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TorchPeer } from '../../../tools/bench/peers/TorchPeer'
import { serving, standIn } from './standIn'
import { temporaryFolder } from '../../support/temporary'

test('each request is a line, and its answer is the next one', async () => {
  const python = await standIn(
    serving('({ do: what, net }) => ({ what, net, asked: process.argv.slice(2) })'),
  )
  await using torch = new TorchPeer(python)
  expect(await torch.ask({ do: 'build', net: 'a\nb' })).toEqual({
    what: 'build',
    net: 'a\nb',
    asked: ['serve'],
  })
  expect(await torch.ask({ do: 'check' })).toMatchObject({ what: 'check' })
})

test('what PyTorch refuses is thrown with its reason, and the process goes on', async () => {
  const python = await standIn(
    serving(
      "({ do: what }) => { if (what === 'build') throw Error('RuntimeError: no such net'); return {} }",
    ),
  )
  await using torch = new TorchPeer(python)
  await expect(torch.ask({ do: 'build' })).rejects.toThrow(/^RuntimeError: no such net$/)
  expect(await torch.ask({ do: 'hello' })).toEqual({})
})

test('an answer larger than a pipe holds comes whole', async () => {
  const python = await standIn(serving("() => ({ labels: Array(200000).fill(7), name: 'ü' })"))
  await using torch = new TorchPeer(python)
  const { labels, name } = await torch.ask<{ labels: number[]; name: string }>({ do: 'draw' })
  expect(labels).toHaveLength(200_000)
  expect(name).toBe('ü')
})

test('a line that is no answer is shown', async () => {
  await using torch = new TorchPeer(await standIn("console.log('Diagnostic run of the exporter')"))
  await expect(torch.ask({ do: 'build' })).rejects.toThrow(
    'Expected a line of JSON from stand_in.cjs, got "Diagnostic run of the exporter"',
  )
})

test('a Python without PyTorch ends with its own words, for each that asks', async () => {
  const python = await standIn(`
    console.error("Traceback (most recent call last):\\nModuleNotFoundError: No module named 'torch'")
    process.exitCode = 1`)
  await using torch = new TorchPeer(python)
  const words = /^ModuleNotFoundError: No module named 'torch'$/
  await expect(torch.ask({ do: 'hello' })).rejects.toThrow(words)
  await expect(torch.ask({ do: 'peak' })).rejects.toThrow(words)
})

test('the last words are waited for when they come after the end of the answers', async () => {
  const python = await standIn(`
    process.stdout.end()
    process.stdin.resume()
    setTimeout(() => { console.error('MemoryError'); process.exit(1) }, 200)`)
  await using torch = new TorchPeer(python)
  await expect(torch.ask({ do: 'hello' })).rejects.toThrow(/^MemoryError$/)
})

test('a killed process is told as killed, not by an older warning, and can be put away', async () => {
  const python = await standIn(
    serving("async () => { console.error('UserWarning: old'); process.kill(process.pid, 'SIGKILL') }"),
  )
  const torch = new TorchPeer(python)
  await expect(torch.ask({ do: 'run' })).rejects.toThrow('stand_in.cjs was ended by SIGKILL')
  await torch[Symbol.asyncDispose]()
})

test('a Python that is not there is named, and can be put away', async () => {
  const command = join(await temporaryFolder(), 'python3')
  await using torch = new TorchPeer({ command, script: 'torch_bench.py' })
  await expect(torch.ask({ do: 'hello' })).rejects.toThrow(`${command}: spawn ${command} ENOENT`)
})

test('a process that is put away unasked ends', async () => {
  const python = await standIn(
    `process.stdin.on('end', () => setTimeout(() => process.exit(0), 50)).resume()`,
  )
  const torch = new TorchPeer(python)
  await torch[Symbol.asyncDispose]()
  await expect(torch.ask({ do: 'hello' })).rejects.toThrow('stand_in.cjs')
})
