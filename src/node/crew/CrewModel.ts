import { attackOf } from '#core/attacks/index'
import type { AttackOutcome } from '#core/attacks/outcome'
import { runAttack } from '#core/attacks/run'
import { checkImages } from '#core/models/checkImages'
import { checkLoss } from '#core/models/checkLoss'
import type { DifferentiableModel, GradientResult, Loss } from '#core/models/DifferentiableModel'
import { sliceLoss } from '#core/models/sliceLoss'
import { pixelsPerImage, sliceImages, type Images, type Logits } from '#core/tensor/Images'
import type { Tensor } from '#core/tensor/Tensor'
import { memoryOfRun, type OpenedClassifier } from '../onnx/openModel'
import { attackInParts, type PartHooks } from './attackInParts'
import type { Crew } from './Crew'
import { FloatShelf } from './FloatShelf'
import type { PlainAttackJob } from './protocol'
import { cut, share, type Range } from './share'
import { SpareWorkroom } from './SpareWorkroom'
import type { CrewMember } from './threads'

/**
 * Bytes that the images of a gradient leave from which on sharing them out pays: below, handing them over takes longer than it
 * saves. Scores alone take so much less time that there must be more images.
 */
const usuallyWorthIt = 16 * 2 ** 20

/** Bytes that images may leave on all threads together: of a large model fewer threads work at once. */
const memoryOfAll = 4 * 2 ** 30

/** Without a gradient nothing is kept for the way back: so many times as many images fit. */
const scoresAtOnce = 4

/**
 * A model whose images are shared out among a crew of threads, each with a session of one thread: that is 1.1 to 1.3 times as fast
 * as one session with all threads, which wait for each other after every operator (docs/decisions/0036-one-session-a-core.md). What
 * cannot be shared out evenly goes to that one session.
 */
export class CrewModel implements DifferentiableModel {
  readonly id: string
  readonly input
  readonly classes: readonly string[]
  readonly #whole: OpenedClassifier
  readonly #crew: Crew
  readonly #worthIt: number
  /** How many threads work on this model. */
  readonly #threads: number
  readonly #number: number
  readonly #spare = new SpareWorkroom()
  readonly #opened = new WeakMap<CrewMember, Promise<void>>()
  readonly #shared = new FloatShelf(
    (length) => new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT)),
  )

  /** @param worthIt bytes that the images of a gradient must leave to be shared out */
  constructor(whole: OpenedClassifier, crew: Crew, worthIt = usuallyWorthIt) {
    this.id = whole.model.id
    this.input = whole.model.input
    this.classes = whole.model.classes
    this.#whole = whole
    this.#crew = crew
    this.#worthIt = worthIt
    const most = Math.floor(memoryOfAll / Math.max(1, whole.summary.activationBytes))
    this.#threads = Math.max(1, Math.min(crew.size, most))
    this.#number = crew.number()
    crew.add(this.#number, (kind, refused) => whole.graphs.prepare(kind, refused))
  }

  async logits(images: Images): Promise<Logits> {
    const { model } = this.#whole
    checkImages(this.input, images)
    const [shared, rest] = this.#divide(images.count, scoresAtOnce)
    const classes = this.classes.length
    const data = new Float32Array(images.count * classes)
    const done = await this.#onCrew(shared, images, async (member, part, { start }) => {
      const logits = await member.call('logits', { model: this.#number, images: part })
      data.set(logits.data, start * classes)
    })
    if (!done) return await model.logits(images)
    if (rest)
      data.set((await model.logits(sliceImages(images, rest.start, rest.end))).data, rest.start * classes)
    return { data, count: images.count, classes }
  }

  async gradient(images: Images, loss: Loss, into?: Float32Array): Promise<GradientResult> {
    const { model } = this.#whole
    checkImages(this.input, images)
    checkLoss(loss, images.count, this.classes.length)
    const [shared, rest] = this.#divide(images.count, 1)
    const classes = this.classes.length
    const size = pixelsPerImage(this.input)
    if (shared.length === 0) return await model.gradient(images, loss, into)
    const losses = new Float32Array(images.count)
    const scores = new Float32Array(images.count * classes)
    const gradient = into ?? new Float32Array(images.data.length)
    const put = (start: number, part: { loss: Float32Array; logits: Logits }, values: Float32Array): void => {
      losses.set(part.loss, start)
      scores.set(part.logits.data, start * classes)
      gradient.set(values, start * size)
    }
    const done = await this.#onCrew(shared, images, async (member, part, { start, end }) => {
      const values = this.#shared.take(part.data.length)
      try {
        const call = {
          model: this.#number,
          images: part,
          loss: sliceLoss(loss, start, end, classes),
          gradient: values,
        }
        put(start, await member.call('gradient', call), values)
      } finally {
        this.#shared.giveBack(values)
      }
    })
    if (!done) return await model.gradient(images, loss, gradient)
    if (rest) {
      const { start, end } = rest
      const part = await model.gradient(sliceImages(images, start, end), sliceLoss(loss, start, end, classes))
      put(start, part, part.gradient.data)
    }
    const { count } = images
    return { loss: losses, logits: { data: scores, count, classes }, gradient: { ...images, data: gradient } }
  }

  activations(images: Images, layer: string): Promise<Tensor> {
    return this.#whole.model.activations(images, layer)
  }

  /**
   * As `runAttack`, each thread with batches of its own: then the attack's own work is shared out as well.
   * @throws HalftoneError as `runAttack`
   */
  async attack(job: PlainAttackJob, hooks: PartHooks = {}): Promise<AttackOutcome> {
    const { batch } = this.#whole.summary
    const unit = batch === 'free' ? 1 : batch
    const place = { crew: this.#crew, model: this.#number, threads: this.#threads, unit, whole: this }
    const alone = () => this.#attackAlone(job, hooks)
    const members = (count: number) => this.#members(count)
    const inParts = () => attackInParts(job, hooks, { ...place, alone, members })
    return (await this.#unlessTooLarge(inParts)) ?? (await alone())
  }

  /** The attack's own work on this thread. */
  async #attackAlone(job: PlainAttackJob, hooks: PartHooks): Promise<AttackOutcome> {
    const workroom = this.#spare.take(job.attack)
    try {
      return await runAttack({ ...job, attack: attackOf(job.attack), model: this, workroom }, hooks)
    } finally {
      this.#spare.giveBack(job.attack, workroom)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#crew.remove(this.#number)
    const opened = this.#crew.running().filter((member) => this.#opened.has(member))
    await Promise.all(opened.map((member) => member.call('close', { model: this.#number })))
    await this.#whole.model[Symbol.asyncDispose]()
  }

  /** @param times how many times as many images as with a gradient fit into a run */
  #divide(count: number, times: number): readonly [shared: readonly Range[], rest: Range | undefined] {
    const size = this.#threads
    const { batch, activationBytes } = this.#whole.summary
    if (size === 1 || count * activationBytes < times * this.#worthIt) return [[], { start: 0, end: count }]
    const unit = batch === 'free' ? 1 : batch
    const most = Math.floor((times * memoryOfRun.cpu) / size / Math.max(1, activationBytes))
    const units = Math.ceil(count / unit)
    const over = units % size
    // So few that most threads would have nothing to do are quicker in the one session of all threads.
    const apart = over * 2 <= size ? over : 0
    const even = Math.min((units - apart) * unit, count)
    return [cut(even, size, most, unit), even < count ? { start: even, end: count } : undefined]
  }

  /** @returns false when the threads cannot do it */
  async #onCrew(
    pieces: readonly Range[],
    images: Images,
    run: (member: CrewMember, part: Images, piece: Range) => Promise<void>,
  ): Promise<boolean> {
    if (pieces.length === 0) return false
    const done = await this.#unlessTooLarge(async () => {
      await share(await this.#members(pieces.length), pieces, async (member, piece) => {
        const part = sliceImages(images, piece.start, piece.end)
        const data = this.#shared.take(part.data.length)
        try {
          data.set(part.data)
          await run(member, { ...part, data }, piece)
        } finally {
          this.#shared.giveBack(data)
        }
      })
      return true
    })
    return done ?? false
  }

  /** Null where the model's graphs turn out to be too large to be copied for every thread. */
  async #unlessTooLarge<R>(run: () => Promise<R>): Promise<R | null> {
    if (this.#crew.isTooLarge(this.#number)) return null
    try {
      return await run()
    } catch (error) {
      if (this.#crew.isTooLarge(this.#number)) return null
      throw error
    }
  }

  /** As many threads as there are pieces for, each with the model open. */
  async #members(pieces: number): Promise<readonly CrewMember[]> {
    const members = this.#crew.members(Math.min(pieces, this.#threads))
    const { summary } = this.#whole
    const terms = { model: this.#number, id: this.id, summary, memory: memoryOfRun.cpu / this.#threads }
    await Promise.all(
      members.map((member) => {
        const opened = this.#opened.get(member) ?? member.call('open', terms)
        this.#opened.set(member, opened)
        return opened
      }),
    )
    return members
  }
}
