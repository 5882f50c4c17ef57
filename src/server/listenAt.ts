import type { Server } from 'node:net'
import { HalftoneError } from '#core/errors'

/** @param port 0 takes any that is free @throws HalftoneError `conflict` when the port is taken, `unsupported` when it or the address cannot be had */
export async function listenAt(server: Server, port: number, address: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      reject(explained(error, port, address))
    }
    server.once('error', failed)
    server.listen(port, address, () => {
      server.off('error', failed)
      resolve()
    })
  })
}

function explained({ code, message }: NodeJS.ErrnoException, port: number, address: string): HalftoneError {
  if (code === 'EADDRINUSE') {
    return new HalftoneError(
      'conflict',
      `Port ${port} is taken by another program, perhaps another Halftone. Choose another with --port, or 0 for any.`,
    )
  }
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return new HalftoneError(
      'invalid-argument',
      `Expected one of this machine's addresses to listen at, got "${address}". 0.0.0.0 stands for all of them.`,
    )
  }
  if (code === 'EACCES') {
    return new HalftoneError(
      'unsupported',
      `Port ${port} is kept for the system's own programs. Choose one above 1023.`,
    )
  }
  return new HalftoneError('unsupported', `Nothing can be served at ${address}, port ${port}: ${message}`)
}
