import type { AttackDescription } from '#contract/attacks'
import { embeddedModelId } from '#contract/embedded'
import type { Host } from '#contract/host'
import type { AnyPicture, Classified, Effect, Picture, Played } from '#contract/playground'

/** The seed of everything that is random here: the same picture and choices give the same image. */
const seed = 'playground'

/** One picture, one model, one attack, and what comes of them. */
export class PlaygroundState {
  model = $state.raw<string>(embeddedModelId)
  /** What the model saw, at its size. */
  picture = $state.raw<Picture | null>(null)
  /** What the picture is called: a file's name, a sign's class. */
  name = $state.raw('')
  /** The true class where it is known; otherwise the likeliest is attacked. */
  label = $state.raw<number | null>(null)
  seen = $state.raw<Classified | null>(null)
  attack = $state.raw('bim')
  params = $state.raw<Record<string, number | boolean | string>>({})
  target = $state.raw<number | null>(null)
  played = $state.raw<Played | null>(null)
  effects = $state.raw<readonly Effect[]>([])
  /** 0..1 while an attack runs; null otherwise. */
  progress = $state.raw<number | null>(null)
  problem = $state.raw<string | null>(null)
  readonly #host: Host
  #runs = 0
  #looks = 0
  #effectAsked = 0

  constructor(host: Host) {
    this.#host = host
  }

  /** Takes a picture and asks the model about it. What an attack made of the one before is let go. */
  async take(picture: AnyPicture, name: string, label: number | null): Promise<void> {
    const look = ++this.#looks
    await this.#guard(async () => {
      const seen = await this.#host.send('playground.classify', { model: this.model, picture, seen: true })
      if (look !== this.#looks) return
      this.#forget()
      this.picture = seen.picture
      this.seen = seen
      this.name = name
      this.label = label
    })
  }

  async sample(number: number): Promise<void> {
    await this.#guard(async () => {
      const { picture, label, name } = await this.#host.send('playground.sample', {
        model: this.model,
        number,
      })
      await this.take(picture, name, label)
    })
  }

  /** One frame of a live camera: looked at, and kept only when it is frozen. */
  async look(picture: Picture): Promise<void> {
    this.seen = await this.#host.send('playground.classify', { model: this.model, picture })
  }

  /** Attacks the picture as everything is chosen now. An attack that is still under way gives way. */
  async run(description: AttackDescription): Promise<void> {
    const { picture } = this
    if (!picture) return
    const run = ++this.#runs
    if (this.progress !== null) await this.cancel()
    const job = this.#job(run)
    const end = this.#host.listen('progress', (event) => {
      if (event.job === job && event.total > 0) this.progress = event.done / event.total
    })
    this.progress = 0
    try {
      await this.#guard(async () => {
        const played = await this.#host.send('playground.attack', {
          job,
          model: this.model,
          picture,
          attack: description.id,
          params: this.params,
          seed,
          ...(this.label === null ? {} : { label: this.label }),
          ...(this.target === null || description.targets === 'none' ? {} : { target: this.target }),
        })
        if (run === this.#runs) {
          this.played = played
          this.effects = []
        }
      })
    } finally {
      end()
      if (run === this.#runs) this.progress = null
    }
  }

  async cancel(): Promise<void> {
    await Promise.all(
      [this.#runs - 1, this.#runs].map((run) =>
        this.#host.send('cancel', { job: this.#job(run) }).catch(() => undefined),
      ),
    )
  }

  /** What one effect does to the pair at some strengths; the latest question wins. */
  async affect(transform: string, strengths: readonly number[]): Promise<void> {
    const { played } = this
    if (!played) return
    const asked = ++this.#effectAsked
    await this.#guard(async () => {
      const effects = await this.#host.send('playground.transform', {
        model: this.model,
        clean: played.clean,
        adversarial: played.adversarial,
        transform,
        strengths: [...strengths],
        seed,
      })
      if (asked === this.#effectAsked && played === this.played) this.effects = effects
    })
  }

  #job(run: number): string {
    return `playground/${run}`
  }

  #forget(): void {
    this.played = null
    this.effects = []
  }

  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      this.problem = null
      await work()
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'cancelled') return
      this.problem = error instanceof Error ? error.message : String(error)
    }
  }
}
