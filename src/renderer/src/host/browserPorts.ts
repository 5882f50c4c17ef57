import type { ChosenFile } from '#contract/host'
import type { WebAnswer, WebPorts } from './WebPorts'

/** The browser that shows this page. */
export function browserPorts(window: Window & typeof globalThis): WebPorts {
  const { document, location } = window
  return {
    connect(path, { onOpen, onMessage, onClose }) {
      const socket = new window.WebSocket(location.origin.replace(/^http/, 'ws') + path)
      socket.binaryType = 'arraybuffer'
      socket.onopen = onOpen
      socket.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (data instanceof window.ArrayBuffer) onMessage(new Uint8Array(data))
      }
      socket.onclose = onClose
      return {
        send: (bytes) => {
          socket.send(bytes as Uint8Array<ArrayBuffer>)
        },
        close: () => {
          socket.close()
        },
      }
    },
    async request(method, path) {
      const response = await window.fetch(path, { method, cache: 'no-store', redirect: 'error' })
      return { status: response.status, text: await response.text() }
    },
    async put(path, file, onSent) {
      // A File goes from the disk as it is sent; anything else is in memory anyway.
      const body = file instanceof window.Blob ? file : await file.arrayBuffer()
      return await send(new window.XMLHttpRequest(), path, body, onSent)
    },
    address: (path) => path,
    download(path, name) {
      const link = document.createElement('a')
      link.href = path
      link.download = name
      document.body.append(link)
      link.click()
      link.remove()
    },
    openTab: (path) => window.open(path, '_blank') !== null,
    after(ms, action) {
      const timer = window.setTimeout(action, ms)
      return () => {
        window.clearTimeout(timer)
      }
    },
    onAwake(listener) {
      const looked = (): void => {
        if (document.visibilityState === 'visible') listener()
      }
      window.addEventListener('online', listener)
      document.addEventListener('visibilitychange', looked)
      return () => {
        window.removeEventListener('online', listener)
        document.removeEventListener('visibilitychange', looked)
      }
    },
    random: () => Math.random(),
  }
}

/** Unlike fetch, this tells how much of a body has been sent. */
function send(
  request: XMLHttpRequest,
  path: string,
  body: ChosenFile | ArrayBuffer,
  onSent: (bytes: number) => void,
): Promise<WebAnswer> {
  return new Promise((resolve, reject) => {
    request.open('PUT', path)
    request.upload.onprogress = ({ loaded }) => {
      onSent(loaded)
    }
    request.onload = () => {
      resolve({ status: request.status, text: request.responseText })
    }
    request.onerror = () => {
      reject(new Error('The connection broke.'))
    }
    request.send(body as XMLHttpRequestBodyInit)
  })
}
