import type { CameraName, CaptureSource } from '#contract/experiment'
import { resolutions, type Resolution } from '../simulator/levels'
import type { Camera } from './recommend'

/** Cameras that people photograph sheets with, by name: pixels of their stills. */
export const cameras = {
  '720p': { title: 'Webcam, 720p', width: 1280, height: 720 },
  '1080p': { title: 'Webcam, 1080p', width: 1920, height: 1080 },
  '12MP': { title: 'Phone, 12 megapixels', width: 4032, height: 3024 },
  '48MP': { title: 'Phone, 48 megapixels', width: 8064, height: 6048 },
} as const satisfies Record<CameraName, Camera & { readonly title: string }>

/** The camera that an experiment's sheets are meant for; a phone of 12 megapixels where nothing better is known. */
export function cameraOf(capture: CaptureSource): Camera {
  if (capture.kind === 'photos') return cameras[capture.camera ?? '12MP']
  return resolutions[capture.resolution as Resolution] ?? cameras['12MP']
}

/** Whether photos that were taken one way stand for the other: which camera real sheets were laid out for is not in them. */
export function keepsPhotos(a: CaptureSource, b: CaptureSource): boolean {
  if (a.kind === 'photos' || b.kind === 'photos') return a.kind === b.kind
  return a.level === b.level && a.resolution === b.resolution && a.seed === b.seed
}
