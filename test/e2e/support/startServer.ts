import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

const program = join(import.meta.dirname, '../../../out/cli.js')

/** `halftone serve` in a process of its own, as a user starts it. */
export interface RunningServer {
  readonly url: string
  readonly folder: string
  readonly process: ChildProcess
  /** What it wrote to stderr so far. */
  said(): string
  /** Ends it as Ctrl-C does, and waits until it has. */
  stop(): Promise<void>
  /** Ends it as a power cut does. */
  kill(): Promise<void>
}

/** @param folder of experiments @param args more of `halftone serve` */
export async function startServer(folder: string, ...args: string[]): Promise<RunningServer> {
  const child = spawn(process.execPath, [program, 'serve', '--no-open', '--folder', folder, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal)
    await ended
  }
  onTestFinished(() => end('SIGKILL'))
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text
      const found = /http:\/\/\S+/.exec(out)
      if (found) resolve(found[0])
    })
    child.on('exit', (code) => {
      reject(new Error(`halftone serve ended with code ${code}: ${err}`))
    })
  })
  return {
    url,
    folder,
    process: child,
    said: () => err,
    stop: () => end('SIGINT'),
    kill: () => end('SIGKILL'),
  }
}
