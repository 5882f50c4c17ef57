import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/temporary'
import { fakeLab, fakePhoto, smallExperiment } from '../support/fakeLab'

it('a lab that may read only some folders refuses every path that a command names elsewhere', async () => {
  const base = await temporaryFolder()
  const root = join(base, 'experiments')
  const open = join(base, 'open')
  const secret = join(base, 'secret')
  for (const folder of [root, open, secret]) await mkdir(folder)
  await writeFile(join(secret, 'a.jpg'), fakePhoto(0, 'x'))
  await writeFile(join(open, 'b.jpg'), fakePhoto(0, 'x'))
  await symlink(secret, join(open, 'way-out'))
  await symlink(join(secret, 'a.jpg'), join(open, 'c.jpg'))
  const lab = await fakeLab(root, { readable: [root, open] })
  const { id: experiment } = await lab.send('experiment.create', smallExperiment())
  await lab.send('generate', { experiment })
  await lab.send('sheets', { experiment })

  const images = { kind: 'folder', path: secret, fit: 'crop' } as const
  const signs = { kind: 'signs', split: 'test', seed: '1' } as const
  const path = join(secret, 'a.jpg')
  const commands = [
    () => lab.send('import', { experiment, paths: [path] }),
    () => lab.send('import', { experiment, paths: [join(open, 'way-out', 'a.jpg')] }),
    () => lab.send('import', { experiment, paths: [join(open, 'c.jpg')] }),
    () => lab.send('import', { experiment, paths: [join(open, '..', 'secret', 'a.jpg')] }),
    () => lab.send('import', { experiment, paths: [`${open}er`] }),
    () => lab.send('import', { experiment, paths: [open] }),
    () => lab.send('experiment.create', smallExperiment({ images })),
    () => lab.send('experiment.create', smallExperiment({ model: { path } })),
    () => lab.send('experiment.create', smallExperiment({ model: { path: join(open, 'x'), labels: path } })),
    () => lab.send('model.inspect', { path }),
    () => lab.send('model.add', { path }),
    () => lab.send('model.add', { path: `${open}/\0` }),
    () => lab.send('model.check', { path, images: signs, count: 1 }),
    () => lab.send('model.check', { path: join(open, 'x'), images, count: 1 }),
  ]
  for (const [i, send] of commands.entries()) {
    await expect(send(), String(i)).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/may read .*experiments, .*open\. Upload the file/) as string,
    })
  }
  expect(await lab.send('job.list', {})).not.toEqual([])
  expect((await lab.send('import', { experiment, paths: [join(open, 'b.jpg')] })).captured).toBe(1)
})
