import { env, InferenceSession, type Tensor } from 'onnxruntime-node'
import { HalftoneError } from '#core/errors'
import type { GraphSession } from '#core/models/GraphSession'
import type { RunTensor } from '#core/onnx/facts'
import { freeNow } from './freeNow'
import { fromOrt, toOrt } from './ortTensors'

/** A session of ONNX Runtime as the core knows it. A run blocks this thread until it ends. */
export class OrtSession implements GraphSession {
  readonly #session: InferenceSession

  private constructor(session: InferenceSession) {
    this.#session = session
  }

  /** @throws HalftoneError `unreadable-file` with ONNX Runtime's reason when it does not take the graph */
  static async create(
    model: Uint8Array | string,
    options: InferenceSession.SessionOptions,
  ): Promise<OrtSession> {
    // What goes wrong is thrown with its reason; the library's own lines on stderr are of no use to a user.
    env.logLevel = 'fatal'
    try {
      // The overloads take a path or bytes, never the union.
      const session =
        typeof model === 'string'
          ? await InferenceSession.create(model, options)
          : await InferenceSession.create(model, options)
      return new OrtSession(session)
    } catch (cause) {
      throw new HalftoneError('unreadable-file', `ONNX Runtime does not take the model: ${reasonOf(cause)}`, {
        cause,
      })
    }
  }

  get outputNames(): readonly string[] {
    return this.#session.outputNames
  }

  async run(
    feeds: Readonly<Record<string, RunTensor>>,
    outputs: readonly string[],
    into: Readonly<Record<string, RunTensor>> = {},
  ): Promise<Readonly<Record<string, RunTensor>>> {
    const fed: Record<string, Tensor> = {}
    for (const [name, tensor] of Object.entries(feeds)) fed[name] = toOrt(tensor)
    const fetched: Record<string, Tensor | null> = {}
    for (const name of outputs) fetched[name] = into[name] ? toOrt(into[name]) : null
    let results: InferenceSession.ReturnType
    try {
      results = await this.#session.run(fed, fetched)
    } catch (cause) {
      throw new HalftoneError('shape-mismatch', `The model could not be run: ${reasonOf(cause)}`, { cause })
    }
    const out: Record<string, RunTensor> = {}
    for (const name of outputs) {
      const given = into[name]
      out[name] = given ?? fromOrt(results[name] as Tensor)
      if (given) freeCopy(results[name] as Tensor, given)
    }
    return out
  }

  /** Ends profiling; ONNX Runtime writes the file. */
  endProfiling(): void {
    this.#session.endProfiling()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.release()
  }
}

/** What was given a place is there; the library (1.30) answers with a copy of it all the same. */
function freeCopy({ data }: Tensor, given: RunTensor): void {
  if (ArrayBuffer.isView(data) && ArrayBuffer.isView(given.data) && data.buffer !== given.data.buffer) {
    freeNow(data.buffer as ArrayBuffer)
  }
}

/** ONNX Runtime's message without its source file and C++ function, which tell a user nothing. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const line = text.split('\n').find((part) => part.trim() !== '') ?? text
  return line
    .replace(/^\S*\/onnxruntime\S*:\d+ .*?\) (?=\S)/, '')
    .replace(/^\[ONNXRuntimeError\] : \d+ : \w+ : /, '')
    .trim()
}
