import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Command } from 'commander'
import { beforeAll, afterAll, describe, expect, it } from 'vitest'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { Cli } from '#cli/Cli'
import { model } from '#cli/commands/model'
import type { ModelInspection } from '#core/models/ModelInspection'
import type { ProfileCheck } from '#core/models/profile/checkProfile'
import type { NpyArray } from '#core/npy/NpyArray'
import { readNpy } from '#core/npy/readNpy'
import { writeNpy } from '#core/npy/writeNpy'
import { Random } from '#core/tensor/Random'
import { projectFolder } from '#node/lab/projectFolder'
import { openModel } from '#node/onnx/openModel'
import { convNetBytes } from '../support/onnxNets'

let folder: string
const at = (name: string): string => join(folder, name)
const random = new Random('cli')
const pixels = Float32Array.from({ length: 3 * 432 }, () => random.uniform())

/** Runs `halftone model ...` and gives what it printed. */
const halftone = (...args: string[]): Promise<string> => run(...args, '--provider', 'cpu')

async function run(...args: string[]): Promise<string> {
  let printed = ''
  const out = { write: (text: string) => (printed += text) }
  const cli = new Cli({
    out,
    err: out,
    now: () => 0,
    openLab: () => {
      throw new Error('The model commands need no lab.')
    },
  })
  const program = new Command().exitOverride().configureOutput({ writeOut: out.write, writeErr: out.write })
  model(program, cli)
  await program.parseAsync(['model', ...args], { from: 'user' })
  return printed
}

/** The JSON that follows the progress: in the tests both go to one place. */
const jsonIn = <T>(printed: string): T => JSON.parse(printed.slice(printed.indexOf('\n{'))) as T

async function save(name: string, array: NpyArray): Promise<string> {
  await writeFile(at(name), writeNpy(array))
  return at(name)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'halftone-test-'))
  const names = Array.from({ length: 10 }, (_, i) => `sign ${i}`)
  await writeFile(
    at('net.onnx'),
    convNetBytes({
      metadata: [
        ['classes', JSON.stringify(names)],
        ['recipe', 'seed 1'],
      ],
    }),
  )
  await writeFile(at('odd.onnx'), convNetBytes({ extra: { op: 'Asinh' } }))
  await save('x.npy', { type: 'float32', shape: [3, 3, 12, 12], data: pixels })
  await save('y.npy', { type: 'int64', shape: [3], data: BigInt64Array.of(1n, 0n, 9n) })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the profile on the command line', () => {
  it('is shown, with where each value came from', async () => {
    const text = await halftone('inspect', at('net.onnx'))
    expect(text).toMatch(/Profile +layout NCHW +\(detected: axis 1 of input 'image' has 3 channels\)/)
    expect(text).toMatch(/range 0\.\.1 +\(detected: the graph begins with Sub/)
    const said = await halftone('inspect', at('net.onnx'), '--profile', 'caffe', '--std', '2,2,2')
    expect(said).toMatch(/range 0\.\.255 +\(given/)
    expect(said).toMatch(/mean 103\.939, 116\.779, 123\.68 +\(given/)
    expect(said).toMatch(/std 2, 2, 2 +\(given/)
  })

  it('is kept beside the model, and changes its gradients', async () => {
    await writeFile(at('kept.onnx'), convNetBytes())
    const gradient = async (name: string, ...flags: string[]): Promise<NpyArray> => {
      await halftone(
        'gradient',
        at('kept.onnx'),
        '--images',
        at('x.npy'),
        '--labels',
        at('y.npy'),
        '--out',
        at(name),
        ...flags,
      )
      return readNpy(await readFile(at(name)), name)
    }
    const plain = await gradient('plain.npy')
    const flagged = await gradient('flagged.npy', '--range=-1..1', '--mean', '0.1', '--channels', 'BGR')
    expect(flagged.data).not.toEqual(plain.data)
    const given = ['--profile', '{"range":"-1..1","mean":[0.1],"channelOrder":"BGR"}']
    await halftone('inspect', at('kept.onnx'), ...given, '--save-profile')
    expect((await gradient('kept.npy')).data).toEqual(flagged.data)
    const found = JSON.parse(await halftone('inspect', at('kept.onnx'), '--json')) as ModelInspection
    expect(found.profile).toMatchObject({ range: '-1..1', channelOrder: 'BGR' })
  })

  it.each([
    [['--profile', 'nonesuch'], /one of plain, torchvision.*no such file/],
    [['--profile', '{"range":3}'], /expected a profile/],
    [['--input-size', '300'], /takes 12x12/],
  ])('is refused with %s', async (flags, message) => {
    await expect(halftone('inspect', at('net.onnx'), ...flags)).rejects.toThrow(message)
  })

  it('is checked on labelled images', async () => {
    const model = join(projectFolder(), 'assets', 'models', 'signs.onnx')
    const args = ['check', model, '--images', 'signs', '--count', '12', '--json']
    const { verdict, ranked } = jsonIn<ProfileCheck>(await halftone(...args, '--channels', 'BGR'))
    expect(verdict).toBe('other-fits')
    expect(ranked[0]).toMatchObject({ chosen: false, right: 12, profile: { channelOrder: 'RGB' } })
  })

  it('keeps its profile where few images cannot tell it from others, and is not taken in by larger scores', async () => {
    const [model, samples] = ['models/signs.onnx', 'samples'].map((path) =>
      join(projectFolder(), 'assets', path),
    ) as [string, string]
    const check = async (...args: string[]) =>
      jsonIn<ProfileCheck>(await halftone('check', model, '--images', samples, '--json', ...args))
    const right = await check()
    expect(right).toMatchObject({
      verdict: 'fits',
      advice: expect.stringMatching(/do not rule out/) as string,
    })
    expect(right.ranked[0]).toMatchObject({ chosen: true, right: 12, of: 12 })
    // The net names all of them right from pixels of 0 to 255 too, with scores a hundred times as large.
    const wrong = await check('--range', '0..255')
    expect(wrong.verdict).toBe('fits')
    expect(wrong.ranked[0]).toMatchObject({ chosen: true, right: 12 })
    expect(wrong.ranked[1]).toMatchObject({ right: 12, profile: { range: '0..1', mean: [0], std: [1] } })
    expect(wrong.ranked[1]!.logLoss).toBeLessThan(wrong.ranked[0]!.logLoss)
  })
})

describe('halftone model fetch', () => {
  it('fetches a model and tells its checksum', async () => {
    const bytes = convNetBytes()
    const server = createServer((_, response) => void response.end(bytes))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      const { port } = server.address() as AddressInfo
      const printed = await run('fetch', `http://127.0.0.1:${port}/net2.onnx`, '--to', at('fetched'))
      const digest = createHash('sha256').update(bytes).digest('hex')
      expect(printed).toContain(`SHA-256 ${digest}`)
      expect((await readFile(at('fetched/net2.onnx'))).equals(bytes)).toBe(true)
    } finally {
      server.close()
    }
  })
})

describe('halftone model inspect', () => {
  it('tells what is in a model', async () => {
    const text = await halftone('inspect', at('net.onnx'))
    expect(text).toMatch(/Input +image: float \[n, 3, 12, 12\]/)
    expect(text).toMatch(/Classes +10: sign 0, sign 1/)
    expect(text).toMatch(/Operators .*Conv 2.*Relu 2/)
    // 216 + 576 + 2880 weights, 10 biases, and the one constant that is subtracted.
    expect(text).toMatch(/Parameters +3,683/)
    expect(text).toMatch(/Gradient +yes/)
    expect(text).toMatch(/recipe +seed 1/)
  })

  it('prints the same for programs', async () => {
    const found = JSON.parse(await halftone('inspect', at('net.onnx'), '--json')) as ModelInspection
    expect(found.model?.classes).toHaveLength(10)
    expect(found).toMatchObject({
      problem: null,
      graph: { batch: 'free', opset: 17 },
      model: { provider: 'cpu' },
    })
    // Two operations for each multiply-add: 144 x 27 x 8, 36 x 72 x 8, and 288 x 10.
    expect(found.graph.flops).toBe(2 * (144 * 27 * 8 + 36 * 72 * 8 + 288 * 10))
  })

  it('names the operator that stands in the way of the gradient', async () => {
    expect(await halftone('inspect', at('odd.onnx'))).toMatch(/Gradient +no\. Asinh.*Supported:/)
  })

  it.each([
    [
      'a file that is cut short',
      'net.onnx',
      (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2),
      'unreadable-file',
    ],
    [
      'another format',
      'cat.onnx',
      () => Buffer.from('\x89PNG\r\n and so on, long enough to be looked at'),
      'unreadable-file',
    ],
    ['an empty file', 'none.onnx', () => new Uint8Array(0), 'unreadable-file'],
  ])('refuses %s', async (_, name, change, code) => {
    await writeFile(at(`bad-${name}`), change(await readFile(at('net.onnx'))))
    await expect(halftone('inspect', at(`bad-${name}`))).rejects.toMatchObject({
      name: 'HalftoneError',
      code,
    })
  })

  it('says when there is no such file', async () => {
    await expect(halftone('inspect', at('nowhere.onnx'))).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('halftone model gradient', () => {
  const run = (...more: string[]) =>
    halftone('gradient', at('net.onnx'), '--images', at('x.npy'), '--out', at('g.npy'), ...more)

  it.each(['cross-entropy', 'margin', 'targeted-margin'])(
    'writes the gradient of the %s loss',
    async (loss) => {
      await run('--labels', at('y.npy'), '--loss', loss, '--confidence', '50', '--logits', at('z.npy'))
      const bytes = await readFile(at('net.onnx'))
      const { model: here } = await openModel(
        { bytes, name: 'net', hash: 'h', classes: undefined },
        { provider: 'cpu' },
      )
      const labels = [1, 0, 9]
      const expected = await here.gradient(
        { count: 3, channels: 3, height: 12, width: 12, data: pixels },
        loss === 'cross-entropy'
          ? { kind: 'cross-entropy', labels }
          : { kind: 'margin', labels, targeted: loss === 'targeted-margin', confidence: 50 },
      )
      const [g, z] = [readNpy(await readFile(at('g.npy')), 'g'), readNpy(await readFile(at('z.npy')), 'z')]
      expect(g).toEqual({ type: 'float32', shape: [3, 3, 12, 12], data: expected.gradient.data })
      expect(z).toEqual({ type: 'float32', shape: [3, 10], data: expected.logits.data })
    },
  )

  it('takes a cotangent', async () => {
    const data = new Float32Array(30)
    data[4] = data[14] = data[24] = 1
    const v = await save('v.npy', { type: 'float32', shape: [3, 10], data })
    const printed = JSON.parse(
      await run('--loss', 'cotangent', '--cotangent', v, '--logits', at('z.npy'), '--json'),
    ) as {
      loss: number[]
    }
    const z = readNpy(await readFile(at('z.npy')), 'z')
    // The loss of a one-hot row is that score.
    expect(printed.loss).toEqual([4, 14, 24].map((i) => z.data[i]))
  })

  it('names the operator that has no gradient', async () => {
    const args = ['--images', at('x.npy'), '--labels', at('y.npy'), '--out', at('g.npy')]
    await expect(halftone('gradient', at('odd.onnx'), ...args)).rejects.toMatchObject({
      code: 'not-differentiable',
      message: expect.stringMatching(/Asinh.*Supported:/s) as string,
    })
  })

  it('says what is wrong with the files that it is given', async () => {
    const wide: NpyArray = { type: 'float32', shape: [3, 12, 12, 3], data: pixels }
    const double: NpyArray = { type: 'float64', shape: [1, 3, 12, 12], data: new Float64Array(432) }
    const half: NpyArray = { type: 'float32', shape: [3], data: new Float32Array(3) }
    const far: NpyArray = { type: 'int32', shape: [3], data: Int32Array.of(0, 10, 0) }
    const labels = ['--labels', at('y.npy')]
    await expect(run('--images', await save('a.npy', wide), ...labels)).rejects.toThrow(
      /\[n, 3, 12, 12\].*transpose\(0, 3, 1, 2\)/,
    )
    await expect(run('--images', await save('b.npy', double), ...labels)).rejects.toThrow(
      /got float64.*astype/,
    )
    await expect(run('--images', at('net.onnx'), ...labels)).rejects.toThrow(/not a NumPy array file/)
    await expect(run()).rejects.toThrow(/needs --labels/)
    await expect(run('--labels', await save('c.npy', half))).rejects.toThrow(/whole numbers \[3\].*float32/)
    await expect(run('--labels', await save('d.npy', far))).rejects.toThrow(/0 to 9, got 10 for image 1/)
    await expect(run('--loss', 'cotangent')).rejects.toThrow(/needs --cotangent/)
    await expect(run('--out', at('no/such/g.npy'), ...labels)).rejects.toMatchObject({ code: 'storage' })
  })
})
