import type { ChosenFile, Host } from '#contract/host'
import type { Inspection, ModelFile } from '#contract/models'

type Profile = NonNullable<ModelFile['profile']>

/** A model file that is being chosen: where it is, what is in it, and what the user says of its preprocessing. */
export class ModelFileChoice {
  /** Null before a file was chosen. */
  path = $state.raw<string | null>(null)
  labels = $state.raw<string | null>(null)
  /** What the user set himself; the rest is detected. */
  profile = $state.raw<Profile>({})
  inspection = $state.raw<Inspection | null>(null)
  /** Why it could not be read at all. */
  problem = $state.raw<string | null>(null)
  /** What is being done, in words; null when nothing is. */
  busy = $state.raw<string | null>(null)
  readonly #host: Host
  #asked = 0

  constructor(host: Host) {
    this.#host = host
  }

  /** What the lab is asked for; null before a file was chosen. */
  get file(): ModelFile | null {
    if (this.path === null) return null
    return {
      path: this.path,
      ...(this.labels === null ? {} : { labels: this.labels }),
      ...(Object.keys(this.profile).length === 0 ? {} : { profile: this.profile }),
    }
  }

  /** Whether experiments can be made with it. */
  get usable(): boolean {
    return this.inspection !== null && this.inspection.problem === null && this.busy === null
  }

  async choosePath(kind: 'model' | 'labels', path: string): Promise<void> {
    if (kind === 'model') {
      this.path = path
      this.profile = {}
    } else this.labels = path
    await this.inspect()
  }

  /** Brings a file of the page's side to the lab, and looks at it there. */
  async chooseFile(kind: 'model' | 'labels', files: readonly ChosenFile[]): Promise<void> {
    if (files.length === 0) return
    this.problem = null
    try {
      this.busy = 'Copying the file to the lab…'
      const { paths } = await this.#host.upload(files, {
        onProgress: (share) => (this.busy = `Copying the file to the lab… ${Math.floor(share * 100)} %`),
      })
      // A model may be several files: the ONNX file is the model, or the model.json of TF.js.
      const path = paths.find((candidate) => /(\.onnx|\bmodel\.json)$/i.test(candidate)) ?? paths[0]!
      this.busy = null
      await this.choosePath(kind, path)
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error)
    } finally {
      this.busy = null
    }
  }

  async say(profile: Profile): Promise<void> {
    this.profile = { ...this.profile, ...profile }
    await this.inspect()
  }

  async inspect(): Promise<void> {
    const { file } = this
    if (!file) return
    const asked = ++this.#asked
    this.busy = 'Looking at the model…'
    this.problem = null
    try {
      const inspection = await this.#host.send('model.inspect', file)
      if (asked === this.#asked) this.inspection = inspection
    } catch (error) {
      if (asked !== this.#asked) return
      this.inspection = null
      this.problem = error instanceof Error ? error.message : String(error)
    } finally {
      if (asked === this.#asked) this.busy = null
    }
  }

  clear(): void {
    this.#asked++
    this.path = null
    this.labels = null
    this.profile = {}
    this.inspection = null
    this.problem = null
    this.busy = null
  }
}
