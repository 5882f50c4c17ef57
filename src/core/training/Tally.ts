import { predictionOf, rowOf } from '#core/metrics/classification'
import type { Logits } from '#core/tensor/Images'

/** How a net did on labelled pictures. */
export interface Judgement {
  readonly pictures: number
  readonly top1: number
  readonly top5: number
  /** Mean cross-entropy. */
  readonly loss: number
  /** Share of pictures classified right with p > 0.8, the paper's filter. */
  readonly confident: number
  /** Row-major [classes, classes]: true class by predicted class. */
  readonly confusion: readonly number[]
  readonly classes: number
}

/** Counts a net's answers, batch by batch. */
export class Tally {
  readonly #confusion: number[]
  readonly #classes: number
  #pictures = 0
  #top1 = 0
  #top5 = 0
  #loss = 0
  #confident = 0

  constructor(classes: number) {
    this.#classes = classes
    this.#confusion = new Array<number>(classes * classes).fill(0)
  }

  /** @param labels one for each row of the logits */
  add(logits: Logits, labels: ArrayLike<number>): void {
    for (let n = 0; n < logits.count; n++) {
      const label = labels[n]!
      const judged = predictionOf(rowOf(logits, n), label)
      this.#pictures++
      if (judged.top1) this.#top1++
      if (judged.top5) this.#top5++
      if (judged.top1 && judged.trueConfidence > 0.8) this.#confident++
      // A probability that underflows counts as the least positive float64, not as infinitely wrong.
      this.#loss -= Math.log(Math.max(judged.trueConfidence, Number.MIN_VALUE))
      this.#confusion[label * this.#classes + judged.top[0]!.label]!++
    }
  }

  get judgement(): Judgement {
    const share = (value: number): number => value / Math.max(1, this.#pictures)
    return {
      pictures: this.#pictures,
      top1: share(this.#top1),
      top5: share(this.#top5),
      loss: share(this.#loss),
      confident: share(this.#confident),
      confusion: [...this.#confusion],
      classes: this.#classes,
    }
  }
}
