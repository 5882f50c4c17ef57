import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
}

export interface StaticFile {
  readonly bytes: Uint8Array
  readonly type: string
  /** Its name changes with its content. */
  readonly hashed: boolean
}

/**
 * The files of the built page. Requests name what is in a list that was read from the folder; no path is ever made from
 * a request. The list is read anew with each opening of the page, which may have been built meanwhile.
 */
export class StaticFiles {
  readonly #folder: string
  #files: ReadonlyMap<string, string> = new Map()

  constructor(folder: string) {
    this.#folder = folder
  }

  /** @param path `/`, `/assets/index-B1c2.js`; undefined when there is no such file */
  async read(path: string): Promise<StaticFile | undefined> {
    if (path === '/' || !this.#files.has(path)) this.#files = await this.#list()
    const file = this.#files.get(path === '/' ? '/index.html' : path)
    if (file === undefined) return undefined
    const type = types[extname(file).toLowerCase()] ?? 'application/octet-stream'
    return { bytes: await readFile(file), type, hashed: /^\/assets\/.+-[\w-]{8}\.\w+$/.test(path) }
  }

  async #list(): Promise<ReadonlyMap<string, string>> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true }).catch(() => [])
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((file) => [`/${relative(this.#folder, file).split(sep).join('/')}`, file] as const)
    return new Map(files)
  }
}
