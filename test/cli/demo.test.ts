import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { Output } from '#contract/commands'
import { temporaryFolder } from '../support/temporary'

const program = join(import.meta.dirname, '../../out/cli.js')

it('the demo runs the whole experiment on the embedded model, from attack to report', async () => {
  const folder = await temporaryFolder()
  const flags = '--count 4 --epsilons 16 --case average --resolution 1080p --study-count 4 --json'
  const args = [program, 'demo', ...flags.split(' '), '--folder', folder]
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1e8 })
  const answer = JSON.parse(stdout) as {
    capture: Output<'simulate'>
    scores: Output<'score'>['scores']
    study: Output<'study'>
    files: { sheets: string; report: string }
  }
  expect(stderr).toMatch(/report: done in/)
  // Every sheet of the PDF was found in its photo, and every crop was had.
  expect(answer.capture).toMatchObject({ captured: answer.capture.sheets, refused: [] })
  expect(answer.scores).toHaveLength(3 * 4)
  expect(answer.scores.every(({ photographed }) => photographed === 4)).toBe(true)
  // Clean signs are known before and after the photo; epsilon 16 fools the model on most.
  const refined = answer.scores.filter(({ crop }) => crop === 'refined')
  const sum = (of: (score: (typeof refined)[number]) => number): number =>
    refined.reduce((total, one) => total + of(one), 0)
  expect(sum(({ accuracy }) => accuracy.clean.photo.top1.count)).toBeGreaterThanOrEqual(10)
  expect(sum(({ destruction }) => destruction.top1.of)).toBeGreaterThanOrEqual(6)
  expect(answer.study.points).toHaveLength(3 * 30)
  for (const file of [answer.files.sheets, answer.files.report]) {
    expect((await readFile(file)).subarray(0, 5).toString()).toBe('%PDF-')
  }
}, 240_000)
