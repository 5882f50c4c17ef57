import type { Picture } from '#contract/playground'

/** The middle square of a video's frame, brought to a model's size. @param canvas used again from frame to frame */
export function frameOf(
  video: HTMLVideoElement,
  canvas: OffscreenCanvas,
  input: { readonly width: number; readonly height: number },
): Picture {
  const { videoWidth, videoHeight } = video
  const scale = Math.min(videoWidth / input.width, videoHeight / input.height)
  const [w, h] = [input.width * scale, input.height * scale]
  canvas.width = input.width
  canvas.height = input.height
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  context.imageSmoothingQuality = 'high'
  context.drawImage(video, (videoWidth - w) / 2, (videoHeight - h) / 2, w, h, 0, 0, input.width, input.height)
  return { ...input, rgb: withoutAlpha(context.getImageData(0, 0, input.width, input.height).data) }
}

function withoutAlpha(rgba: Uint8ClampedArray): Uint8Array {
  const rgb = new Uint8Array((rgba.length / 4) * 3)
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from]!
    rgb[to + 1] = rgba[from + 1]!
    rgb[to + 2] = rgba[from + 2]!
  }
  return rgb
}
