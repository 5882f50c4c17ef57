import { toWire, type Context, type FromChild, type ToChild } from './protocol'

/** The child's end of a channel: a forked process, Electron's parentPort, a message port. */
export interface Port<Out, In> {
  send(message: Out): void
  onMessage(listener: (message: In) => void): void
  /** Called when the other side has closed or is gone; nobody is left to work for. */
  onClose(listener: () => void): void
}

/** Answers calls from a port until it closes. A cancel takes effect where the handler next looks at its signal. */
export function serve<E>(port: Port<FromChild<E>, ToChild>, handlers: object): void {
  const running = new Map<number, AbortController>()
  const answer = async (id: number, name: string, input: unknown): Promise<void> => {
    const controller = new AbortController()
    running.set(id, controller)
    const context: Context<unknown> = {
      signal: controller.signal,
      progress: (progress) => {
        port.send({ type: 'progress', id, progress })
      },
    }
    try {
      // Names and inputs come from a `Connection`, which takes both from the type of these handlers.
      const handler = (handlers as Record<string, (input: unknown, context: Context<unknown>) => unknown>)[
        name
      ]!
      port.send({ type: 'result', id, value: await handler(input, context) })
    } catch (error) {
      port.send({ type: 'failure', id, error: toWire(error) })
    } finally {
      running.delete(id)
    }
  }
  port.onMessage((message) => {
    if (message.type === 'call') {
      void answer(message.id, message.name, message.input)
    } else {
      running.get(message.id)?.abort()
    }
  })
}
