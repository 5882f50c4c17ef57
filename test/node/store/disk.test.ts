import { execFile, execFileSync } from 'node:child_process'
import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'
import { realFiles, type FileSystem } from '#node/store/FileSystem'
import { FolderStore } from '#node/store/FolderStore'
import { anExperiment } from '../../support/experiment'
import { bundled } from '../../support/bundled'
import { temporaryFolder } from '../../support/temporary'

/** A file system on which a written file meets an error. */
function failing(code: string): FileSystem {
  const open = async (...args: Parameters<typeof fs.open>): Promise<fs.FileHandle> => {
    const file = await fs.open(...args)
    if (args[1] === 'w') {
      file.writeFile = () => Promise.reject(Object.assign(new Error(`${code}: no`), { code }))
    }
    return file
  }
  return { ...realFiles, open }
}

describe('a disk that refuses', () => {
  it.each([
    ['ENOSPC', 'the disk is full'],
    ['EDQUOT', 'quota'],
    ['EROFS', 'read-only'],
    ['EIO', 'input or output error'],
  ])('with %s: says so, and the file is as it was', async (code, words) => {
    const root = await temporaryFolder()
    const store = new FolderStore(root)
    await store.create(anExperiment())
    await using writer = await new FolderStore(root, failing(code)).edit('try')
    const change = writer.update((experiment) => ({ ...experiment, name: 'Lost' }))
    await expect(change).rejects.toMatchObject({
      code: 'storage',
      message: expect.stringContaining(words) as string,
    })
    expect(writer.experiment.name).toBe('Try')
    expect((await store.open('try')).experiment.name).toBe('Try')
    expect(await fs.readdir(join(root, 'try', '.unfinished'))).toEqual([])
  })

  it('is really full: what was there stays, and room makes it go on', async (ctx) => {
    const root = await temporaryFolder()
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', root], { stdio: 'ignore' })
    } catch {
      return ctx.skip('mounting a small disk needs Linux and root')
    }
    onTestFinished(() => void execFileSync('umount', [root]))
    const store = new FolderStore(root)
    await store.create(anExperiment())
    const writer = await store.edit('try')
    await writer.write('a.bin', new Uint8Array(100_000).fill(1))
    await expect(writer.write('a.bin', new Uint8Array(300_000).fill(2))).rejects.toThrow(/the disk is full/)
    expect((await writer.read('a.bin')).every((byte) => byte === 1)).toBe(true)
    await writer.write('a.bin', new Uint8Array(100_000).fill(3))
    expect((await writer.read('a.bin'))[0]).toBe(3)
    await writer[Symbol.asyncDispose]()
  })

  it('is read-only to us: creating and writing say so', async (ctx) => {
    if (process.platform === 'win32') return ctx.skip('permission bits mean nothing on Windows')
    const root = await temporaryFolder()
    await new FolderStore(root).create(anExperiment())
    const script = await bundled('test/support/children/tryToWrite.ts')
    await fs.chmod(join(root, 'try'), 0o555)
    await fs.chmod(root, 0o555)
    onTestFinished(async () => {
      await fs.chmod(root, 0o755)
      await fs.chmod(join(root, 'try'), 0o755)
    })
    // Root may write anywhere: the child becomes nobody (65534).
    const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
    const { stdout } = await promisify(execFile)(process.execPath, [script, root], { cwd: root, ...asNobody })
    expect(JSON.parse(stdout)).toEqual([
      { code: 'storage', message: expect.stringMatching(/permission was denied.*--folder/) as string },
      { code: 'storage', message: expect.stringMatching(/permission was denied.*--folder/) as string },
    ])
  })
})
