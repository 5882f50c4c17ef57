import { execFile, execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { pythonOf, surroundings } from '../../tools/bench/peers/python'

/** The Python that checks against PyTorch run in, where there is one. */
export const python = pythonOf(process.env)

/** Whether it has torchvision; checks that need it are left out otherwise. */
export const torchvision = (() => {
  try {
    // Found, not imported, which takes seconds.
    const find = "from importlib.util import find_spec; import sys; sys.exit(not find_spec('torchvision'))"
    execFileSync(python.command, ['-c', find], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** Runs lines of Python that may import from tools/peers; @returns what they print. */
export async function runPython(code: string): Promise<string> {
  const path = `import sys; sys.path.insert(0, ${JSON.stringify(dirname(python.script))})\n`
  const { stdout } = await promisify(execFile)(python.command, ['-c', path + code], {
    env: surroundings(process.env),
  })
  return stdout
}
