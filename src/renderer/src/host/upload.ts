import { HostError, type ChosenFile, type Uploaded, type UploadHooks } from '#contract/host'
import { wire, type UploadStarted } from '#contract/wire'
import type { WebAnswer, WebPorts } from './WebPorts'

/** Files on their way at a time: a folder of many small ones is not slowed by each one's answer. */
const atOnce = 3

/**
 * Brings files to the lab's machine, all or none.
 * @throws HostError as the server failed, `too-large`, `connection-lost`
 */
export async function upload(
  ports: WebPorts,
  files: readonly ChosenFile[],
  { onProgress }: UploadHooks,
): Promise<Uploaded> {
  const large = files.find(({ size }) => size > wire.fileLimit)
  if (large) {
    throw new HostError('too-large', `${large.name} is larger than ${wire.fileLimit / 1024 ** 3} GB.`)
  }
  const { id } = read<UploadStarted>(await reached(ports.request('POST', wire.upload)))
  const folder = `${wire.upload}/${id}`
  const sent = files.map(() => 0)
  const total = files.reduce((sum, { size }) => sum + size, 0)
  const tell = (): void => onProgress?.(total === 0 ? 1 : sent.reduce((a, b) => a + b, 0) / total)
  const left = files.entries()
  const worker = async (): Promise<void> => {
    for (const [number, file] of left) {
      const name = encodeURIComponent(file.webkitRelativePath || file.name)
      const onSent = (bytes: number): void => {
        sent[number] = Math.min(bytes, file.size)
        tell()
      }
      read(await reached(ports.put(`${folder}/${number}/${name}`, file, onSent)))
      onSent(file.size)
    }
  }
  try {
    await Promise.all(Array.from({ length: atOnce }, worker))
    return read<Uploaded>(await reached(ports.request('POST', folder)))
  } catch (error) {
    // Where nobody can be reached the server removes it by itself.
    await ports.request('DELETE', folder).catch(() => undefined)
    throw error
  }
}

async function reached(answer: Promise<WebAnswer>): Promise<WebAnswer> {
  return await answer.catch(() => {
    throw new HostError('connection-lost', 'The connection broke while files were sent. Send them again.')
  })
}

/** @throws HostError the failure that was answered */
function read<T>({ status, text }: WebAnswer): T {
  const value: unknown = text.startsWith('{') ? JSON.parse(text) : {}
  if (status < 300) return value as T
  const { code = 'refused', message = text.trim() } = value as { code?: string; message?: string }
  throw new HostError(code, message)
}
