import { join } from 'node:path'

/** Where Halftone keeps what belongs to no single experiment: a hidden folder among the experiments. */
export function halftoneFolder(experiments: string): {
  readonly jobs: string
  readonly settings: string
  readonly models: string
  /** Model files that were uploaded or fetched. */
  readonly modelFiles: string
  /** Files on their way from a browser or a phone. */
  readonly uploads: string
} {
  const root = join(experiments, '.halftone')
  return {
    jobs: join(root, 'jobs.json'),
    settings: join(root, 'settings.json'),
    models: join(root, 'models.json'),
    modelFiles: join(root, 'models'),
    uploads: join(root, 'uploads'),
  }
}
