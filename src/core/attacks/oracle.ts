import { HalftoneError, throwIfCancelled, type CancelSignal } from '#core/errors'
import type { DifferentiableModel, GradientResult, Loss } from '#core/models/DifferentiableModel'
import { read, type Kernel } from '#core/simd/kernel'
import { programOf, type Kernels } from '#core/simd/Kernels'
import { Workroom } from '#core/simd/Workroom'
import type { Images, Logits } from '#core/tensor/Images'

/**
 * The model as an attack sees it. Every call is counted for the images it is about, and none starts after a cancel.
 * An attack that works on some images of its batch, or on several variants of one, says with `rows` which image of the
 * batch each row is; without it row i is image i. A gradient stands until the next one is asked for. Memory that an attack hands in
 * for it is used if the model can, and else left; whether such a gradient is finite is then the attack's to look at, which goes over
 * it anyway ({@link requireFinite}).
 */
export interface Oracle {
  /** @throws HalftoneError `cancelled`; `unsupported` when the model answers with something that is not a number */
  gradient(images: Images, loss: Loss, rows?: readonly number[], into?: Float32Array): Promise<GradientResult>
  logits(images: Images, rows?: readonly number[]): Promise<Logits>
}

/** An oracle with its counts, one entry per image of the batch. */
export class CountingOracle implements Oracle {
  readonly gradients: Uint32Array
  readonly queries: Uint32Array
  #first: Logits | undefined
  /** Where gradients are put that nobody handed in memory for: fresh memory for each takes as long as much of an attack. */
  #slopes = new Float32Array(0)
  readonly #workroom: Workroom
  readonly #kernels: Kernels<'notFinite'>
  readonly #model: DifferentiableModel
  readonly #signal: CancelSignal | undefined

  constructor(
    model: DifferentiableModel,
    count: number,
    signal?: CancelSignal,
    workroom: Workroom = new Workroom(),
  ) {
    this.#workroom = workroom
    this.#kernels = workroom.kernels(program())
    this.#model = model
    this.#signal = signal
    this.gradients = new Uint32Array(count)
    this.queries = new Uint32Array(count)
  }

  /** The scores that came with the first gradient of the whole batch. */
  get firstScores(): Logits | undefined {
    return this.#first
  }

  async gradient(
    images: Images,
    loss: Loss,
    rows?: readonly number[],
    into?: Float32Array,
  ): Promise<GradientResult> {
    throwIfCancelled(this.#signal)
    this.#count(this.gradients, images.count, rows)
    const result = await this.#model.gradient(images, loss, into ?? this.#memory(images.data.length))
    if (!into && !this.#isFinite(result.gradient.data)) throw notANumber(slopes)
    if (!this.#isFinite(result.loss)) throw notANumber(slopes)
    if (!rows) this.#first ??= result.logits
    return result
  }

  async logits(images: Images, rows?: readonly number[]): Promise<Logits> {
    throwIfCancelled(this.#signal)
    this.#count(this.queries, images.count, rows)
    const logits = await this.#model.logits(images)
    if (!this.#isFinite(logits.data)) throw notANumber('class scores')
    return logits
  }

  #memory(length: number): Float32Array {
    if (this.#slopes.length < length) this.#slopes = this.#workroom.floats(length)
    return this.#slopes.subarray(0, length)
  }

  #isFinite(values: Float32Array): boolean {
    return this.#kernels.first('notFinite', [values]) === undefined
  }

  #count(counts: Uint32Array, count: number, rows: readonly number[] | undefined): void {
    if (rows ? rows.length !== count : count !== counts.length) {
      throw new HalftoneError(
        'shape-mismatch',
        `Expected to be told which of ${counts.length} images each of ${count} rows is, got ${rows?.length ?? 'nothing'}.`,
      )
    }
    const cost = this.#model.cost ?? 1
    for (let i = 0; i < count; i++) counts[rows ? rows[i]! : i]! += cost
  }
}

const program = programOf({
  /** Less itself a number is zero, but NaN and infinity are NaN, which is not equal to anything. */
  notFinite: {
    precision: 'single',
    arrays: [read],
    scalars: 0,
    reductions: [],
    finds: true,
    body(l) {
      const value = l.load(0)
      return l.unequal(l.sub(value, value), l.constant(0))
    },
  },
} satisfies Record<string, Kernel>)

const slopes = 'an input gradient or a loss'

/** @throws HalftoneError `unsupported` when a gradient holds something that is not a number */
export function requireFinite(gradient: Float32Array): void {
  // `every` takes eight times as long, and an attack asks often.
  for (const slope of gradient) if (!Number.isFinite(slope)) throw notANumber(slopes)
}

function notANumber(what: string): HalftoneError {
  return new HalftoneError(
    'unsupported',
    `The model answered with ${what} that ${what.startsWith('class') ? 'are' : 'is'} not finite, so there is nothing to ` +
      'climb. Check its preprocessing (pixels go in as 0..1) and its weights.',
  )
}
