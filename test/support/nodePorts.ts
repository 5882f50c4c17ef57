import { request as httpRequest } from 'node:http'
import WebSocket from 'ws'
import type { WebAnswer, WebPorts } from '#renderer/host/WebPorts'

/** What a page has of its browser, under Node: the same requests with the headers that a browser would put on them. */
export function nodePorts(origin: string, cookie: () => string): WebPorts {
  const headers = (): Record<string, string> => ({ origin, cookie: cookie() })
  const send = (
    method: string,
    path: string,
    body?: Uint8Array,
    onSent?: (bytes: number) => void,
  ): Promise<WebAnswer> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(
        origin + path,
        {
          method,
          agent: false,
          headers: { ...headers(), ...(body && { 'content-length': String(body.length) }) },
        },
        (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (part: string) => (text += part))
          response.on('end', () => {
            resolve({ status: response.statusCode!, text })
          })
        },
      )
      request.on('error', reject)
      const step = 1 << 20
      for (let start = 0; body && start < body.length; start += step) {
        const end = Math.min(body.length, start + step)
        request.write(body.subarray(start, end), () => onSent?.(end))
      }
      request.end()
    })
  return {
    connect(path, { onOpen, onMessage, onClose }) {
      const socket = new WebSocket(origin.replace('http', 'ws') + path, { headers: headers(), maxPayload: 0 })
      socket.binaryType = 'arraybuffer'
      socket.on('open', onOpen)
      socket.on('message', (data) => {
        onMessage(new Uint8Array(data as ArrayBuffer))
      })
      socket.on('error', () => undefined)
      socket.on('close', onClose)
      return {
        send: (bytes) => {
          socket.send(bytes)
        },
        close: () => {
          socket.close()
        },
      }
    },
    request: (method, path) => send(method, path),
    put: async (path, file, onSent) => send('PUT', path, new Uint8Array(await file.arrayBuffer()), onSent),
    address: (path) => origin + path,
    download: () => undefined,
    openTab: () => true,
    after(ms, action) {
      const timer = setTimeout(action, ms)
      return () => {
        clearTimeout(timer)
      }
    },
    onAwake: () => () => undefined,
    random: () => 0.5,
  }
}
