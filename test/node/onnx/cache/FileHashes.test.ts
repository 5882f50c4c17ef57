import { rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FileHashes } from '#node/onnx/cache/FileHashes'
import { temporaryFolder } from '../../../support/temporary'

/** So late that what was written a moment ago counts as old. */
const later = Date.now() + 3_600_000

async function withFiles() {
  const folder = await temporaryFolder()
  const [path, data] = [join(folder, 'net.onnx'), join(folder, 'net.bin')]
  await writeFile(path, 'net')
  await writeFile(data, 'data')
  const hashes = new FileHashes(join(folder, 'hashes'))
  await hashes.remember(path, [data], 'the hash', later)
  return { folder, path, data, hashes }
}

describe('a remembered hash', () => {
  it('holds for a file that nobody touched', async () => {
    const { path, hashes } = await withFiles()
    expect(await hashes.recall(path)).toBe('the hash')
  })

  it('does not hold for one that changed and had its time set back', async () => {
    const { path, hashes } = await withFiles()
    await utimes(path, 1000, 1000)
    await hashes.remember(path, [], 'the hash', later)
    expect(await hashes.recall(path)).toBe('the hash')
    await writeFile(path, 'ten')
    await utimes(path, 1000, 1000)
    expect(await hashes.recall(path)).toBeNull()
  })

  it('does not hold once one of its data files is another, or gone', async () => {
    const { folder, path, data, hashes } = await withFiles()
    await writeFile(join(folder, 'new.bin'), 'atad')
    await rename(join(folder, 'new.bin'), data)
    expect(await hashes.recall(path)).toBeNull()
    await hashes.remember(path, [data], 'the hash', later)
    await rm(data)
    expect(await hashes.recall(path)).toBeNull()
  })

  it('is not noted for a file that was written while it was read', async () => {
    const { folder, path, data } = await withFiles()
    const hashes = new FileHashes(join(folder, 'others'))
    await hashes.remember(path, [data], 'the hash', Date.now())
    expect(await hashes.recall(path)).toBeNull()
  })
})
