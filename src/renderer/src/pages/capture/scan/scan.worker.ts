import { createCodeReader } from '#core/capture/CodeReader'
import { CodeTracker } from '#core/capture/CodeTracker'
import { seenSheets } from '#core/capture/seenSheets'
import { LumaSource, pngOf } from './lumaOf'
import type { FromScanner, ToScanner } from './messages'

/*
 * Reads the codes of camera frames beside the page, so that the page stays free. The last frame is kept until the next one
 * comes: the photo that is taken is then the very frame that was found good.
 */
const luma = new LumaSource()
let tracker: CodeTracker | undefined
let last: VideoFrame | ImageBitmap | undefined

const answer = (message: FromScanner): void => self.postMessage(message)

async function start(wasmUrl: string): Promise<void> {
  const reply = await fetch(wasmUrl)
  if (!reply.ok) throw new Error(`The code reader could not be loaded (${reply.status}).`)
  tracker = new CodeTracker(await createCodeReader(await reply.arrayBuffer()))
  answer({ kind: 'ready' })
}

async function read(id: number, frame: VideoFrame | ImageBitmap): Promise<void> {
  last?.close()
  last = frame
  if (!tracker) return
  const started = performance.now()
  const gray = await luma.of(frame)
  const codes = tracker.read(gray, started)
  answer({ kind: 'seen', id, seen: seenSheets(gray, codes), took: performance.now() - started })
}

async function still(id: number): Promise<void> {
  // Drawn at once, before the next frame takes its place; the encoding may take its time.
  answer({ kind: 'still', id, picture: last ? await pngOf(last) : null })
}

self.addEventListener('message', ({ data }: MessageEvent<ToScanner>) => {
  if (data.kind === 'stop') {
    last?.close()
    self.close()
    return
  }
  const done =
    data.kind === 'start'
      ? start(data.wasmUrl)
      : data.kind === 'frame'
        ? read(data.id, data.frame)
        : still(data.id)
  done.catch((error: unknown) => {
    if (data.kind === 'still') answer({ kind: 'still', id: data.id, picture: null })
    answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) })
  })
})
