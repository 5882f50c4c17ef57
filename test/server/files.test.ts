import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { Uploaded } from '#contract/host'
import { HttpHost } from '#renderer/host/http'
import { pathParts } from '#server/pathParts'
import { safeName } from '#server/uploads/safeName'
import { uploadLimits } from '#server/uploads/Uploads'
import { nodePorts } from '../support/nodePorts'
import { openServer, type TestServer } from '../support/openServer'
import { scriptedLab } from '../support/scriptedLab'

describe('files of experiments', () => {
  it('asks the lab for what the address names, decoded part by part', async () => {
    const lab = scriptedLab()
    const { asPage } = await openServer(lab)
    const answer = await asPage('/blob/try/photos/a%20b%25%20%C3%A4.png?side=96&v=3')
    expect(answer).toMatchObject({ status: 200, text: 'try photos/a b% ä.png 96' })
    expect(lab.asked).toEqual([{ ref: { experiment: 'try', path: 'photos/a b% ä.png' }, side: 96 }])
    expect(answer.headers).toMatchObject({
      'content-type': 'text/plain',
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      etag: '"1"',
    })
    expect(answer.headers['content-security-policy']).toContain('sandbox')
    const again = await asPage('/blob/try/x.png', { headers: { 'if-none-match': '"1"' } })
    expect(again).toMatchObject({ status: 304, text: '' })
  })

  it.each([
    '/blob/try/../secret.txt',
    '/blob/try/..%2f..%2fsecret.txt',
    '/blob/try/%2e%2e/secret.txt',
    '/blob/try/%2E%2E%2Fsecret.txt',
    '/blob/try/..%5c..%5csecret.txt',
    '/blob/try/..\\secret.txt',
    '/blob/try//etc/passwd',
    '/blob/try/%2fetc%2fpasswd',
    '/blob/try/a%00.png',
    '/blob/try/a%0a.png',
    '/blob/try/.lock',
    '/blob/try/C:/secret.txt',
    '/blob/try/a.txt::$DATA',
    '/blob/try/%c0%ae%c0%ae/secret.txt',
    '/blob/try/%',
    '/blob/../secret.txt',
    '/blob/try/',
    '/blob/try',
    '/blob/',
    '/blob',
    '/blob/try/x.png?side=0',
    '/blob/try/x.png?side=1e9',
    '/blob/try/x.png?side=-1',
  ])('refuses %s, and asks nobody', async (path) => {
    const lab = scriptedLab()
    const { asPage } = await openServer(lab)
    expect((await asPage(path)).status).toBe(400)
    expect(lab.asked).toEqual([])
  })

  it('leaves double encoding as a name with a percent sign in it', () => {
    expect(pathParts('/blob/try/%252e%252e%252fx')).toEqual(['blob', 'try', '%2e%2e%2fx'])
  })

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '//secret.txt',
    '/index.html/..',
  ])('has no page at %s', async (path) => {
    const { asPage } = await openServer(scriptedLab())
    const { status, text } = await asPage(path)
    expect(status).toBe(404)
    expect(text).not.toContain('secret')
  })

  it('refuses what is no path, and methods that change nothing here', async () => {
    const { asPage, origin } = await openServer(scriptedLab())
    expect((await asPage(`${origin}/`)).status).toBe(400)
    expect((await asPage('*')).status).toBe(400)
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE']) {
      expect((await asPage('/blob/try/x.png', { method })).status, method).toBe(400)
    }
  })

  it('serves the page under a strict policy, and its hashed files for ever', async () => {
    const { asPage } = await openServer(scriptedLab())
    const page = await asPage('/')
    const policy = page.headers['content-security-policy']
    expect(policy).toContain("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|\*/)
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'permissions-policy': expect.stringContaining('camera=(self)') as string,
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'no-cache',
    })
    const script = await asPage('/assets/index-AbCd1234.js')
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'private, max-age=31536000, immutable',
    })
  })

  it('says with a status why the lab has no such file, and runs nothing that lies there', async () => {
    const lab = scriptedLab({
      blob: ({ path }) =>
        path === 'x.html'
          ? { ok: true, value: { bytes: new Uint8Array(3), type: 'text/html', etag: '"2"' } }
          : { ok: false, code: 'not-found', message: 'There is no such file.' },
    })
    const { asPage } = await openServer(lab)
    expect(await asPage('/blob/try/none.png')).toMatchObject({
      status: 404,
      text: 'There is no such file.\n',
    })
    expect((await asPage('/blob/try/x.html')).headers['content-type']).toBe('application/octet-stream')
  })
})

describe('names of uploads', () => {
  it.each([
    ['IMG 1.HEIC', ['IMG 1.HEIC']],
    ['signs/stop/a.png', ['signs', 'stop', 'a.png']],
    ['../../etc/passwd', ['_', '_', 'etc', 'passwd']],
    ['/etc/passwd', ['etc', 'passwd']],
    ['C:\\Windows\\x.dll', ['C_', 'Windows', 'x.dll']],
    ['.bashrc', ['_bashrc']],
    ['a\0b\n.png', ['a_b_.png']],
    ['con.txt', ['_con.txt']],
    ['name. ', ['name']],
    ['', ['file']],
    ['...', ['_']],
    ['a/./b', ['a', 'b']],
    [`${'x'.repeat(300)}.onnx`, [`${'x'.repeat(75)}.onnx`]],
    ['bild\u202egnp.exe', ['bild_gnp.exe']],
  ])('makes of %j something every file system takes', (name, parts) => {
    expect(safeName(name)).toEqual(parts)
  })
})

async function started({ asPage }: TestServer): Promise<string> {
  return (JSON.parse((await asPage('/upload', { method: 'POST' })).text) as { id: string }).id
}

describe('uploads', () => {
  it('keeps a folder as a folder, and two files of one name apart', async () => {
    const { origin, cookie, uploads } = await openServer(scriptedLab())
    const host = new HttpHost(nodePorts(origin, () => cookie))
    const file = (path: string): File =>
      Object.defineProperty(new File([path], path.split('/').at(-1)!), 'webkitRelativePath', { value: path })
    const { folder, paths } = await host.upload(
      ['signs/stop/a.png', 'signs/go/a.png', 'signs/go/A.png'].map(file),
    )
    expect(folder).toMatch(/[0-9a-f]{32}[/\\]signs$/)
    expect(paths.map((path) => path.slice(folder.length))).toEqual([
      '/stop/a.png',
      '/go/a.png',
      '/go/A (2).png',
    ])
    expect(await readFile(paths[2]!, 'utf8')).toBe('signs/go/A.png')
    const loose = await host.upload([new File(['x'], '../evil'), new File([], 'empty')])
    expect(
      loose.paths.every((path) => path.startsWith(loose.folder) && loose.folder.startsWith(uploads)),
    ).toBe(true)
    expect((await stat(loose.paths[1]!)).size).toBe(0)
    host.close()
  })

  it('leaves nothing of a file that breaks off or does not fit, and nothing of what is given up', async () => {
    const limits = { ...uploadLimits, file: 1000, total: 1500, files: 2 }
    const server = await openServer(scriptedLab(), { uploadLimits: limits })
    const { asPage, uploads, port, origin, cookie } = server
    const id = await started(server)
    await new Promise((resolve) => {
      const request = httpRequest({
        port,
        host: '127.0.0.1',
        path: `/upload/${id}/0/a.bin`,
        method: 'PUT',
        headers: { origin, cookie, 'content-length': '900' },
      })
      request.on('error', resolve)
      request.write('x'.repeat(500), () => setTimeout(() => request.destroy(new Error('gone')), 30))
    })
    await vi.waitFor(async () => {
      expect(await readdir(join(uploads, id))).toEqual([])
    })
    const put = (path: string, length: number) =>
      asPage(`/upload/${id}/${path}`, { method: 'PUT', body: 'x'.repeat(length) })
    expect((await put('0/a.bin', 1001)).status).toBe(413)
    expect((await put('0/a.bin', 1000)).status).toBe(204)
    expect((await put('0/a.bin', 1)).status).toBe(400)
    expect((await put('1/b.bin', 501)).status).toBe(413)
    expect((await put('1/b.bin', 500)).status).toBe(204)
    expect((await put('2/c.bin', 0)).status).toBe(413)
    expect((await put('x/c.bin', 1)).status).toBe(400)
    expect((await put('3/%ff', 1)).status).toBe(400)
    expect((await put('3/a/b', 1)).status).toBe(400)
    expect((await asPage(`/upload/${'0'.repeat(32)}/0/a`, { method: 'PUT', body: 'x' })).status).toBe(404)
    const done = JSON.parse((await asPage(`/upload/${id}`, { method: 'POST' })).text) as Uploaded
    expect(done.paths).toHaveLength(2)
    // Done is done.
    expect((await put('3/d.bin', 1)).status).toBe(404)
    const second = await started(server)
    expect((await asPage(`/upload/${second}`, { method: 'DELETE' })).status).toBe(204)
    expect(existsSync(join(uploads, second))).toBe(false)
    const third = await started(server)
    await server.server.close()
    expect(existsSync(join(uploads, third))).toBe(false)
    expect(existsSync(done.paths[0]!)).toBe(true)
  })

  it('ends with a sender that falls silent', async () => {
    const server = await openServer(scriptedLab(), { uploadLimits: { ...uploadLimits, silence: 100 } })
    const id = await started(server)
    const { port, origin, cookie, uploads } = server
    await new Promise((resolve) => {
      const request = httpRequest({
        port,
        host: '127.0.0.1',
        path: `/upload/${id}/0/a.bin`,
        method: 'PUT',
        headers: { origin, cookie, 'content-length': '900' },
      })
      request.on('error', resolve)
      request.on('response', resolve)
      request.write('x')
    })
    await vi.waitFor(async () => {
      expect(await readdir(join(uploads, id))).toEqual([])
    })
  })
})
