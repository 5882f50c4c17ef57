import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { LabClient } from '#node/lab/LabClient'
import { ElectronHost } from '../../src/renderer/src/host/electron'
import { electronBridge } from '../support/electronBridge'
import { fakeLab, smallExperiment } from '../support/fakeLab'
import { temporaryFolder } from '../support/temporary'

let host: ElectronHost
let folder: string
let where: string | null
let printed: string[]
let shown: string[]

beforeEach(async () => {
  const { lab, root } = await fakeLab()
  folder = await temporaryFolder()
  where = null
  printed = []
  shown = []
  const client: LabClient = {
    send: (name, input) => lab.send(name, input),
    listen: (name, listener) => lab.listen(name, listener),
    blob: (ref, side) => lab.blob(ref, side),
    state: 'running',
    watch: () => () => undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  host = new ElectronHost(
    electronBridge(client, {
      folder: root,
      uploads: join(folder, 'uploads'),
      desktop: {
        pick: (kind) => Promise.resolve([`/chosen/${kind}`]),
        askWhere: () => Promise.resolve(where),
        printPdf: ({ path }) => {
          printed.push(path)
          return Promise.resolve()
        },
        showInFolder: (path) => shown.push(path),
      },
    }),
  )
})

const file = (name: string, text: string, path?: string) => ({
  name,
  size: text.length,
  arrayBuffer: () => new Blob([text]).arrayBuffer(),
  ...(path && { path }),
})

describe('files of the page', () => {
  it('names files that lie on this machine and copies none of them', async () => {
    const files = [file('a.jpg', 'a', '/photos/a.jpg'), file('b.jpg', 'b', '/photos/b.jpg')]
    expect(await host.upload(files)).toEqual({ folder: '/photos', paths: ['/photos/a.jpg', '/photos/b.jpg'] })
  })

  it('finds the folder that was chosen from the path within it', async () => {
    const chosen = {
      ...file('x.png', 'x', '/data/images/stop/x.png'),
      webkitRelativePath: 'images/stop/x.png',
    }
    expect((await host.upload([chosen])).folder).toBe('/data/images')
  })

  it('writes what was made in the page, under names that lead nowhere else', async () => {
    const { paths } = await host.upload([
      file('../../evil name.png', 'made'),
      file('b.jpg', 'b', '/photos/b.jpg'),
    ])
    expect(paths[0]).toMatch(/uploads\/[0-9a-f]+\/0-evil-name\.png$/)
    expect(await readFile(paths[0]!, 'utf8')).toBe('made')
    expect(paths[1]).toBe('/photos/b.jpg')
  })
})

describe('what only a desktop can do', () => {
  it('saves a copy where the user says, or nowhere', async () => {
    const { id } = await host.send('experiment.create', smallExperiment())
    const ref = { experiment: id, path: 'experiment.json' }
    await host.save(ref, 'copy.json')
    await mkdir(join(folder, 'out'))
    where = join(folder, 'out', 'copy.json')
    await host.save(ref, 'copy.json')
    expect(JSON.parse(await readFile(where, 'utf8'))).toMatchObject({ id })
    where = join(folder, 'no such folder', 'copy.json')
    await expect(host.save(ref, 'copy.json')).rejects.toMatchObject({ code: 'storage' })
    await writeFile(join(folder, 'outside.txt'), 'secret')
    await expect(host.save({ experiment: id, path: '../../outside.txt' }, 'x')).rejects.toMatchObject({
      code: expect.any(String) as string,
    })
  })

  it('shows the folders of experiments only', async () => {
    const { id } = await host.send('experiment.create', smallExperiment())
    await host.reveal(id)
    expect(shown).toEqual([expect.stringMatching(new RegExp(`${id}/experiment\\.json$`)) as string])
    await expect(host.reveal('../../etc')).rejects.toMatchObject({ code: 'not-found' })
    expect(shown).toHaveLength(1)
  })

  it('picks and prints', async () => {
    expect(await host.pick('model')).toEqual(['/chosen/model'])
    await host.print({ experiment: 'demo', path: 'sheets/sheets.pdf' })
    expect(printed).toEqual(['sheets/sheets.pdf'])
  })
})
