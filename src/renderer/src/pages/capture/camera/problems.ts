/** Why there is no picture from a camera. */
export type CameraProblem =
  'insecure' | 'refused' | 'blocked-by-system' | 'missing' | 'busy' | 'unplugged' | 'unknown'

export interface ProblemWords {
  readonly title: string
  /** What to do. */
  readonly text: string
  /** Whether asking again may help. */
  readonly again: boolean
}

/** What getUserMedia failed with, by the names of the Media Capture and Streams specification. */
export function problemOf(error: unknown): CameraProblem {
  const { name = '', message = '' } = error instanceof Object ? (error as Partial<Error>) : {}
  switch (name) {
    case 'NotAllowedError':
      return /system/i.test(message) ? 'blocked-by-system' : 'refused'
    case 'SecurityError':
      return 'refused'
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing'
    case 'NotReadableError':
    case 'AbortError':
      return 'busy'
    default:
      return 'unknown'
  }
}

export function problemWords(problem: CameraProblem, detail: string): ProblemWords {
  switch (problem) {
    case 'insecure':
      return {
        title: 'This page may not use a camera',
        text:
          'Browsers give cameras only to pages from this machine or over HTTPS. Open Halftone at http://localhost, for instance ' +
          'through an SSH tunnel; or take photos with a phone or a camera and bring them in under Phone or Files.',
        again: false,
      }
    case 'refused':
      return {
        title: 'The camera was refused',
        text: 'Allow the camera for this page: the camera symbol in the address bar, or the browser’s site settings. Then start again.',
        again: true,
      }
    case 'blocked-by-system':
      return {
        title: 'The system does not let this program use the camera',
        text: 'Allow it in the system’s privacy settings, under Camera, and start again.',
        again: true,
      }
    case 'missing':
      return {
        title: 'No camera was found',
        text: 'Plug one in: it is found by itself. Or use a phone, files, or the simulator.',
        again: true,
      }
    case 'busy':
      return {
        title: 'The camera is in use',
        text: 'Another program or tab holds it, or it does not answer. Close that program or plug the camera in again, then start again.',
        again: true,
      }
    case 'unplugged':
      return {
        title: 'The camera was unplugged',
        text: 'Plug it in again: it goes on by itself. Photos that were taken are kept.',
        again: true,
      }
    case 'unknown':
      return {
        title: 'The camera could not be started',
        text: `The browser says: ${detail || 'nothing more'}. Try another camera or a lower resolution.`,
        again: true,
      }
  }
}
