/** What ImageCapture says it can do; not in the DOM's types. */
interface StillCamera {
  getPhotoCapabilities(): Promise<{ imageWidth?: { max: number }; imageHeight?: { max: number } }>
  takePhoto(settings?: { imageWidth?: number; imageHeight?: number }): Promise<Blob>
}

/** How long a camera may take over a still, in ms. */
const patience = 6000
/** A still has to have so many more pixels than the video, or the video's own frame is the better photo: it was judged. */
const worth = 1.2

/**
 * A still of the camera's own, where it can take one that is larger than its video.
 * @returns null where it cannot, or did not in time
 */
export async function takeLargerStill(
  track: MediaStreamTrack,
  video: { readonly width: number; readonly height: number },
): Promise<Blob | null> {
  const Maker = (globalThis as { ImageCapture?: new (track: MediaStreamTrack) => StillCamera }).ImageCapture
  if (!Maker || track.readyState !== 'live') return null
  try {
    const camera = new Maker(track)
    const { imageWidth, imageHeight } = await inTime(camera.getPhotoCapabilities())
    const width = imageWidth?.max ?? 0
    const height = imageHeight?.max ?? 0
    if (width * height < worth * video.width * video.height) return null
    return await inTime(camera.takePhoto({ imageWidth: width, imageHeight: height }))
  } catch {
    // Many drivers promise stills and then fail; the video's frame is at hand.
    return null
  }
}

function inTime<T>(work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('The camera took too long.')), patience)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
