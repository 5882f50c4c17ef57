import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { endingOf, pythonOf, surroundings } from '../../../tools/bench/peers/python'

const python = { command: '/opt/python', script: '/somewhere/torch_bench.py' }

test("the system's Python, or the one that PYTHON names, runs the script of this project", () => {
  expect(pythonOf({}).command).toBe('/usr/bin/python3')
  expect(pythonOf({ PYTHON: '' }).command).toBe('/usr/bin/python3')
  expect(pythonOf({ PYTHON: '/opt/venv/bin/python' }).command).toBe('/opt/venv/bin/python')
  expect(existsSync(pythonOf({}).script)).toBe(true)
})

test("OpenBLAS on OpenMP's threads comes before what is on the library path", () => {
  const arm = '/usr/lib/aarch64-linux-gnu/openblas-openmp'
  const has = (path: string): boolean => path === arm
  expect(surroundings({ A: 'b' }, has)).toEqual({ A: 'b', LD_LIBRARY_PATH: arm })
  expect(surroundings({ LD_LIBRARY_PATH: '/opt/lib' }, has)).toEqual({ LD_LIBRARY_PATH: `${arm}:/opt/lib` })
})

test('without it nothing is changed: an empty library path would mean the folder one is in', () => {
  expect(surroundings({ A: 'b' }, () => false)).toEqual({ A: 'b' })
  expect(surroundings({ LD_LIBRARY_PATH: '/opt/lib' }, () => false)).toEqual({ LD_LIBRARY_PATH: '/opt/lib' })
  expect(surroundings({ LD_LIBRARY_PATH: '' }, () => false)).not.toHaveProperty('LD_LIBRARY_PATH', ':')
})

test('an end is told by its last words, its signal, its code or what kept it from starting', () => {
  const words = 'Traceback (most recent call last):\n  File "x"\nModuleNotFoundError: No module named torch\n'
  expect(endingOf(python, { words, code: 1 })).toBe('ModuleNotFoundError: No module named torch')
  expect(endingOf(python, { words: 'UserWarning: old\n', code: null, signal: 'SIGKILL' })).toBe(
    'torch_bench.py was ended by SIGKILL, as a system does that runs out of memory',
  )
  expect(endingOf(python, { words: '', code: 3 })).toBe('torch_bench.py ended with code 3')
  expect(endingOf(python, { words: '', code: -2, lost: 'spawn /opt/python ENOENT' })).toBe(
    '/opt/python: spawn /opt/python ENOENT',
  )
})
