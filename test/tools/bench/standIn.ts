import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Python } from '../../../tools/bench/peers/python'
import { temporaryFolder } from '../../support/temporary'

/** A program of Node in place of tools/peers/torch_bench.py, for what needs no PyTorch; gone after the test. */
export async function standIn(code: string): Promise<Python> {
  const script = join(await temporaryFolder(), 'stand_in.cjs')
  await writeFile(script, code)
  return { command: process.execPath, script }
}

/**
 * The same as an interpreter, as PYTHON names one: a program that is handed the script's path and ignores it.
 * @param code sees what followed the script as `asked`
 */
export async function interpreter(code: string): Promise<string> {
  const path = join(await temporaryFolder(), 'python')
  await writeFile(path, `#!${process.execPath}\nconst asked = process.argv.slice(3)\n${code}`)
  await chmod(path, 0o755)
  return path
}

/** Answers each line with what `answer(request)` gives; it may refuse by throwing. */
export const serving = (answer: string): string => `
const answer = ${answer}
require('node:readline').createInterface({ input: process.stdin }).on('line', async (line) => {
  let told
  try {
    told = await answer(JSON.parse(line))
  } catch (error) {
    told = { problem: error.message }
  }
  console.log(JSON.stringify(told))
})
`
