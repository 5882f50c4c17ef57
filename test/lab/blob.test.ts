import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Blob } from '#lab/blob'
import { encodePng } from '#node/images/encodePicture'
import { decodePicture } from '#node/images/decodePicture'
import { raster } from '#core/tensor/Raster'
import { fakeLab, smallExperiment, type FakeLab } from '../support/fakeLab'

let lab: FakeLab
let experiment: string
let folder: string

beforeEach(async () => {
  lab = await fakeLab()
  experiment = (await lab.send('experiment.create', smallExperiment())).id
  folder = join(lab.root, experiment)
  await mkdir(join(folder, 'photos'))
})

async function read(path: string, side?: number): Promise<Blob> {
  const reply = await lab.lab.blob({ experiment, path }, side)
  if (reply.ok) return reply.value
  throw Object.assign(new Error(reply.message), { code: reply.code })
}

describe('a file of an experiment', () => {
  it.each([
    ['photos/a.jpg', 'image/jpeg'],
    ['photos/a.PNG', 'image/png'],
    ['photos/a.heic', 'image/heic'],
    ['report.pdf', 'application/pdf'],
    ['photos/refused.json', 'application/json'],
    ['results.csv', 'text/csv; charset=utf-8'],
    ['page.html', 'application/octet-stream'],
    ['noextension', 'application/octet-stream'],
  ])('%s is served as %s', async (path, type) => {
    await writeFile(join(folder, path), 'x')
    expect(await read(path)).toMatchObject({ type, bytes: Uint8Array.of(0x78) })
  })

  it('has a tag that is another after every change, and for a thumbnail', async () => {
    const file = join(folder, 'a.png')
    await writeFile(file, await encodePng(raster(40, 20, 3)))
    const first = (await read('a.png')).etag
    expect(first).toMatch(/^"[a-z0-9-]+"$/)
    expect((await read('a.png')).etag).toBe(first)
    expect((await read('a.png', 10)).etag).not.toBe(first)
    await writeFile(file, await encodePng(raster(40, 20, 3)))
    expect((await read('a.png')).etag).not.toBe(first)
  })

  it('is not served from outside, whatever the path', async () => {
    await writeFile(join(lab.root, 'secret.txt'), 'secret')
    await symlink(join(lab.root, 'secret.txt'), join(folder, 'link.txt'))
    await symlink(lab.root, join(folder, 'up'))
    await writeFile(join(folder, '.lock'), 'secret')
    const escapes = [
      '../secret.txt',
      'photos/../../secret.txt',
      '/etc/passwd',
      'photos//etc/passwd',
      '..\\secret.txt',
      'photos\\..\\..\\secret.txt',
      'C:\\secret.txt',
      'C:secret.txt',
      'link.txt',
      'up/secret.txt',
      '.lock',
      'photos/.hidden',
      './experiment.json',
      'a\0.png',
      '',
      '.',
      '..',
      'photos/',
    ]
    for (const path of escapes) {
      await expect(read(path), path).rejects.toMatchObject({ code: 'invalid-argument' })
    }
    for (const id of ['../x', '..', '.halftone', 'Try', '']) {
      expect(await lab.lab.blob({ experiment: id, path: 'experiment.json' })).toMatchObject({
        ok: false,
        code: 'invalid-argument',
      })
    }
  })

  it('may be reached by links that stay within', async () => {
    await writeFile(join(folder, 'photos', 'a.txt'), 'a')
    await symlink(join(folder, 'photos'), join(folder, 'alias'))
    await link(join(folder, 'photos', 'a.txt'), join(folder, 'photos', 'b.txt'))
    expect((await read('alias/a.txt')).bytes).toEqual(Uint8Array.of(0x61))
    expect((await read('photos/b.txt')).bytes).toEqual(Uint8Array.of(0x61))
  })

  it('that is missing, or a folder, is told as missing', async () => {
    for (const path of ['gone.png', 'photos', 'experiment.json/x', `${'a'.repeat(300)}.png`]) {
      await expect(read(path), path).rejects.toMatchObject({ code: 'not-found' })
    }
    expect(await lab.lab.blob({ experiment: 'gone', path: 'a.png' })).toMatchObject({ code: 'not-found' })
  })

  it('comes as a thumbnail that fits, or as it is when it already does', async () => {
    const png = await encodePng(raster(40, 20, 3))
    await writeFile(join(folder, 'a.png'), png)
    const small = await read('a.png', 10)
    expect(small.type).toBe('image/png')
    expect(await decodePicture(small.bytes)).toMatchObject({ width: 10, height: 5 })
    expect((await read('a.png', 40)).bytes).toEqual(png)
    await writeFile(join(folder, 'a.json'), '{}')
    await expect(read('a.json', 10)).rejects.toMatchObject({ code: 'unreadable-file' })
    for (const side of [0, -1, 1.5, NaN, 1e9]) {
      await expect(read('a.png', side)).rejects.toMatchObject({ code: 'invalid-argument' })
    }
  })
})
