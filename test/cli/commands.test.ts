import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Experiment } from '#contract/experiment'
import { Cli } from '../../src/cli/Cli'
import { run } from '../../src/cli/run'
import { fakeLab, fakePhoto, type FakeLab } from '../support/fakeLab'

interface Line {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A command line on the fake lab. */
async function cli(): Promise<FakeLab & { run(...args: string[]): Promise<Line> }> {
  const fake = await fakeLab()
  return {
    ...fake,
    async run(...args) {
      let out = ''
      let err = ''
      const line = new Cli({
        out: { write: (text: string) => (out += text) },
        err: { write: (text: string) => (err += text) },
        now: () => 0,
        openLab: () => ({ lab: fake.lab, [Symbol.asyncDispose]: () => Promise.resolve() }),
      })
      return { code: await run(args, line), out, err }
    },
  }
}

const small = ['--count', '4', '--epsilons', '32', '--methods', 'fgsm,least-likely']

describe('the command line', () => {
  it('goes from new to report, each command naming the next', async () => {
    const { run } = await cli()
    const made = await run('new', 'First try', ...small)
    expect(made).toMatchObject({
      code: 0,
      out: expect.stringContaining('halftone generate first-try') as string,
    })
    expect((await run('generate')).out).toContain('halftone sheets first-try')
    expect((await run('sheets')).out).toContain('first-try/sheets/sheets.pdf')
    expect((await run('simulate')).out).toContain('halftone score first-try')
    const scored = await run('score')
    expect(scored.out).toMatch(/Fast gradient sign +32 /)
    expect(scored.out).toMatch(/seen through the paper's crop[\s\S]*seen through the refined crop/)
    expect((await run('study', '--count', '4')).out).toContain('JPEG quality')
    expect((await run('report')).out).toBe('experiments/first-try/report.pdf\n')
    expect((await run('list')).out).toMatch(/first-try .*yes.*yes.*yes.*yes.*yes.*yes/)
  })

  it('runs the whole as a demo, with a table and the paths at the end', async () => {
    const { run } = await cli()
    const { code, out } = await run('demo', ...small, '--study-count', '4')
    expect(code).toBe(0)
    expect(out).toMatch(
      /Sheets: {2}experiments\/demo\/sheets\/sheets\.pdf\nReport: {2}experiments\/demo\/report\.pdf/,
    )
  })

  it("has the paper's twelve settings and 102 images unless told", async () => {
    const { run } = await cli()
    const experiment = JSON.parse((await run('new', '--json')).out) as Experiment
    expect(experiment.count).toBe(102)
    expect(experiment.cases).toEqual(['average', 'prefiltered'])
    expect(experiment.settings.map(({ id }) => id)).toEqual([
      'fgsm-eps16',
      'fgsm-eps8',
      'fgsm-eps4',
      'fgsm-eps2',
      'bim-eps16',
      'bim-eps8',
      'bim-eps4',
      'bim-eps2',
      'least-likely-eps16',
      'least-likely-eps8',
      'least-likely-eps4',
      'least-likely-eps2',
    ])
  })

  it('has a flag for every parameter of every attack', async () => {
    const { run } = await cli()
    const { out } = await run(
      'new',
      '--json',
      '--methods',
      'bim',
      '--epsilons',
      '8',
      '--bim-alpha',
      '2',
      '--bim-steps',
      '3',
    )
    expect((JSON.parse(out) as Experiment).settings[0]).toEqual({
      id: 'bim-eps8-alpha2-steps3',
      attack: 'bim',
      params: { epsilon: 8, alpha: 2, steps: 3 },
    })
    expect((await run('new', '--help')).out).toMatch(
      /Attack parameters:[\s\S]*--bim-alpha <number>[\s\S]*--least-likely-steps/,
    )
  })

  it('imports photos, with corners given by hand where need be', async () => {
    const lab = await cli()
    await lab.run('new', 'p', ...small)
    await lab.run('generate')
    await lab.run('sheets')
    const photo = join(lab.root, '..', 'a.jpg')
    await writeFile(photo, fakePhoto(0, 'x'))
    const corners = `${photo}=0,0,100,0,100,150,0,150`
    expect((await lab.run('import', 'p', photo, '--corners', corners)).out).toMatch(
      /^1 of \d+ sheets? (has its|have their) crops/,
    )
    expect(await lab.run('import', 'p', photo, '--corners', 'a.jpg=1,2')).toMatchObject({ code: 2 })
  })

  it.each([
    [['new', '--count', '0'], 2, /whole number of at least 1/],
    [
      ['new', '--methods', 'magic'],
      3,
      /There is no method "magic". There are: fgsm, bim, least-likely, pgd, uniform-noise\./,
    ],
    [['new', '--methods', 'gaussian-noise'], 4, /at equal epsilon.*gaussianNoise is not.*fgsm, bim/],
    [['new', '--bim-alpha', '-3', '--methods', 'bim'], 2, /alpha must be a number from 0.01 to 255/],
    [['new', '--case', 'worst'], 2, /Allowed choices are/],
    [['bake'], 2, /unknown command/],
    [['generate', 'gone'], 3, /There is no experiment "gone"/],
    [['generate'], 3, /no experiment in experiments yet.*halftone demo/],
    [['generate', '../..'], 2, /experiment/],
  ])('%j ends with %d and says why, without a stack', async (args, code, words) => {
    const { run } = await cli()
    const line = await run(...args)
    expect(line.code).toBe(code)
    expect(line.err).toMatch(words)
    expect(line.err).not.toMatch(/\n\s+at /)
    expect(line.out).toBe('')
  })

  it('answers programs in JSON, also when it fails', async () => {
    const { run } = await cli()
    const line = await run('generate', 'gone', '--json')
    expect(JSON.parse(line.out)).toMatchObject({ error: { code: 'not-found' } })
    expect(line.code).toBe(3)
  })

  it('ends with 5 when a step comes too early, and with 1 for a bug', async () => {
    const lab = await cli()
    await lab.run('new', 'p', ...small)
    expect(await lab.run('score', 'p')).toMatchObject({ code: 5 })
    lab.engine.failure = new TypeError('oops')
    expect(await lab.run('generate', 'p')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/bug in Halftone[\s\S]*oops/) as string,
    })
  })

  it('explains every command', async () => {
    const { run } = await cli()
    for (const command of [
      'demo',
      'new',
      'list',
      'generate',
      'sheets',
      'simulate',
      'import',
      'score',
      'study',
      'report',
      'model',
    ]) {
      const { code, out } = await run(command, '--help')
      expect(code).toBe(0)
      expect(out).toContain(`Usage: halftone ${command}`)
    }
    expect((await run('--help')).out).toMatch(/Exit codes:[\s\S]*130/)
    expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})

describe('an experiments folder that cannot be used', () => {
  it('is named in one line', async () => {
    const lab = await cli()
    await mkdir(join(lab.root, 'broken'), { recursive: true })
    await writeFile(join(lab.root, 'broken', 'experiment.json'), '{')
    expect(await lab.run('generate', 'broken')).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^halftone: .*experiment\.json is not JSON.*\n$/) as string,
    })
    expect((await lab.run('list')).out).toContain('cannot be used')
  })
})
