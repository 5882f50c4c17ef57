import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cacheFolder } from '#node/onnx/cache/cacheFolder'

describe('the cache', () => {
  it('lies where the system keeps such things', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/var/tmp/me' }, 'linux')).toBe(join('/var/tmp/me', 'halftone'))
    expect(cacheFolder({}, 'linux')).toBe(join(homedir(), '.cache', 'halftone'))
    expect(cacheFolder({ XDG_CACHE_HOME: 'relative' }, 'linux')).toBe(join(homedir(), '.cache', 'halftone'))
    expect(cacheFolder({}, 'darwin')).toBe(join(homedir(), 'Library', 'Caches', 'halftone'))
    expect(cacheFolder({ LOCALAPPDATA: 'local' }, 'win32')).toBe(join('local', 'halftone', 'Cache'))
  })

  it('lies where HALFTONE_CACHE says, or nowhere', () => {
    expect(cacheFolder({ HALFTONE_CACHE: 'here', XDG_CACHE_HOME: '/there' }, 'linux')).toBe(resolve('here'))
    for (const off of ['', 'off']) expect(cacheFolder({ HALFTONE_CACHE: off })).toBeNull()
  })
})
