import { Factored } from './solveDense'
import type { Values } from './Numbers'
import type { Pair, Workspace } from './Workspace'

/** Below this share of y . y a pair carries no curvature worth having (Byrd 1995, equation 3.9). */
const leastCurvature = Number.EPSILON

/** A correction's products with one vector. */
export interface Along {
  readonly s: number
  readonly y: number
}

/** A correction, with the factors that take it to a step with s . y = 1. */
interface Scaled extends Pair {
  readonly sScale: number
  readonly yScale: number
}

/** What is known of a step that has been taken, and of the gradient's change. */
export interface Taken {
  /** How much of the newest s was the step; the products with s below are with the whole of it. */
  readonly length: number
  /** s . g before the step, s . s, s . y, y . y, and y . g after it. */
  readonly slope: number
  readonly square: number
  readonly curvature: number
  readonly changed: number
  readonly changeAlongGradient: number
  /** s along each pair. */
  readonly stepAlong: readonly Along[]
  /** y along each pair that is kept. */
  readonly changeAlong: readonly Along[]
}

/**
 * The limited-memory BFGS matrix in its compact form, B = theta I - W M W', W = [Y, theta S], of the last few pairs
 * s = change of the point and y = change of the gradient: Byrd, Lu, Nocedal, Zhu 1995, equations 3.2 to 3.4. It never goes over
 * the pairs itself: inner products come with the passes that make steps and changes, and the scale of pairs is in the small
 * matrices alone.
 */
export class CompactHessian {
  theta = 1
  readonly #memory: number
  readonly #pairs: Scaled[] = []
  /** Arrays that are not in use: at least one of each. */
  readonly #steps: Values[]
  readonly #gradients: Values[]
  /** s_i . s_j, y_i . y_j and s_i . y_j of the scaled pairs, oldest first. */
  #ss: number[][] = []
  #yy: number[][] = []
  #sy: number[][] = []
  /** s . g and y . g of the scaled pairs where they end. */
  #alongGradient: Along[] = []
  /** M^-1, factored; undefined without pairs. */
  #middle: Factored | undefined

  /** @param space whose steps and gradients it takes over */
  constructor({ steps, gradients }: Workspace) {
    this.#memory = steps.length - 1
    this.#steps = [...steps]
    this.#gradients = [...gradients]
  }

  /** The pairs, oldest first; W has twice as many columns. */
  get pairs(): readonly Pair[] {
    return this.#pairs
  }

  /** The pairs that stay when there is a new one. */
  get kept(): readonly Pair[] {
    return this.#isFull ? this.#pairs.slice(1) : this.#pairs
  }

  /** Where the next step is to be written, and the gradient after it. */
  get newestStep(): Values {
    return this.#steps.at(-1)!
  }
  get newestGradient(): Values {
    return this.#gradients.at(-1)!
  }

  /** The newest gradient, which becomes the gradient of now. */
  takeGradient(): Values {
    return this.#gradients.pop()!
  }

  get #isFull(): boolean {
    return this.#pairs.length === this.#memory
  }

  /** Forgets all pairs: B = I. */
  reset(): void {
    for (const pair of this.#pairs.splice(0)) this.#free(pair)
    this.#ss = []
    this.#yy = []
    this.#sy = []
    this.#alongGradient = []
    this.theta = 1
    this.#middle = undefined
  }

  /**
   * Takes in the newest step, in place of the oldest when memory is full. One without curvature ends the chain of gradients, and
   * all is forgotten.
   * @param before the gradient before it, taken over
   * @returns the gradient after it
   */
  update(taken: Taken, before: Values): Values {
    const { length, changed, changeAlong } = taken
    const dropped = this.#isFull ? 1 : 0
    if (dropped) this.#forgetOldest()
    // The gradient has changed by the change.
    this.#alongGradient = this.#alongGradient.map(({ s, y }, i) => {
      const { sScale, yScale } = this.#pairs[i]!
      return { s: s + sScale * changeAlong[i]!.s, y: y + yScale * changeAlong[i]!.y }
    })
    const after = this.takeGradient()
    const curvature = length * taken.curvature
    if (curvature > leastCurvature * changed && changed > 0) {
      this.#append(taken, before, curvature, dropped)
      this.#middle = Factored.of(this.#inverseMiddle(), 2 * this.#pairs.length)
    } else {
      this.#gradients.unshift(before)
    }
    if (!this.#middle) this.reset()
    return after
  }

  /** @param curvature of the whole step @param dropped pairs that were there when the step was made, and are no longer */
  #append(
    { length, changed, stepAlong, changeAlong, ...taken }: Taken,
    before: Values,
    curvature: number,
    dropped: number,
  ): void {
    const yScale = 1 / Math.sqrt(curvature)
    const sScale = length * yScale
    this.theta = changed / curvature
    for (const products of [this.#ss, this.#yy, this.#sy]) products.push([])
    const last = this.#pairs.length
    this.#pairs.forEach((pair, i) => {
      const [step, change] = [stepAlong[i + dropped]!, changeAlong[i]!]
      this.#ss[i]![last] = this.#ss[last]![i] = sScale * pair.sScale * step.s
      this.#sy[last]![i] = sScale * pair.yScale * step.y
      this.#sy[i]![last] = yScale * pair.sScale * change.s
      this.#yy[i]![last] = this.#yy[last]![i] = yScale * pair.yScale * change.y
    })
    this.#ss[last]![last] = sScale * sScale * taken.square
    this.#sy[last]![last] = 1
    this.#yy[last]![last] = yScale * yScale * changed
    this.#alongGradient.push({
      s: sScale * (taken.slope + taken.curvature),
      y: yScale * taken.changeAlongGradient,
    })
    this.#pairs.push({ s: this.#steps.pop()!, before, sScale, yScale })
  }

  /** W' g at the point where the pairs end: first y . g for every pair, then theta s . g. */
  alongGradient(): Float64Array {
    const along = this.#alongGradient
    return Float64Array.from([...along.map(({ y }) => y), ...along.map(({ s }) => this.theta * s)])
  }

  /** W u in what is kept: of the gradient of now, and of each pair's s and gradient before it, in turn. */
  shares(u: Float64Array): { readonly ofGradient: number; readonly ofPairs: readonly number[] } {
    const count = this.#pairs.length
    let ofChange = 0
    const ofPairs = this.#pairs.flatMap(({ sScale, yScale }, k) => {
      const ofLast = ofChange
      ofChange = yScale * u[k]!
      // Where one change ends the next begins.
      return [sScale * this.theta * u[count + k]!, ofLast - ofChange]
    })
    return { ofGradient: ofChange, ofPairs }
  }

  /** Row i of W. @param gradient of now @param at where in out */
  row(i: number, gradient: Values, out: Float64Array, at: number): void {
    const count = this.#pairs.length
    let after = gradient[i]!
    for (let k = count - 1; k >= 0; k--) {
      const { s, before, sScale, yScale } = this.#pairs[k]!
      out[at + k] = yScale * (after - before[i]!)
      out[at + count + k] = this.theta * sScale * s[i]!
      after = before[i]!
    }
  }

  /**
   * M u.
   * @param out where to write, not u; by default a new array
   */
  middle(u: Float64Array, out = new Float64Array(u.length)): Float64Array {
    return this.#middle ? this.#middle.solve(u, out) : out
  }

  /** W' W. */
  gram(): Float64Array {
    const count = this.#pairs.length
    const { theta } = this
    const out = new Float64Array(4 * count * count)
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < count; j++) {
        const mixed = theta * this.#sy[j]![i]!
        out[i * 2 * count + j] = this.#yy[i]![j]!
        out[i * 2 * count + count + j] = mixed
        out[(count + j) * 2 * count + i] = mixed
        out[(count + i) * 2 * count + count + j] = theta * theta * this.#ss[i]![j]!
      }
    }
    return out
  }

  /** M^-1 - (1 / theta) of a W_F' W_F, factored: what the subspace step divides by. Undefined when it is singular. */
  reduced(gram: Float64Array): Factored | undefined {
    const matrix = this.#inverseMiddle()
    for (let i = 0; i < matrix.length; i++) matrix[i]! -= gram[i]! / this.theta
    return Factored.of(matrix, 2 * this.#pairs.length)
  }

  /** [[-D, L'], [L, theta S'S]], D the diagonal of S'Y and L what is below it. */
  #inverseMiddle(): Float64Array {
    const count = this.#pairs.length
    const width = 2 * count
    const out = new Float64Array(width * width)
    for (let i = 0; i < count; i++) {
      out[i * width + i] = -this.#sy[i]![i]!
      for (let j = 0; j < count; j++) {
        out[(count + i) * width + count + j] = this.theta * this.#ss[i]![j]!
        if (i <= j) continue
        out[(count + i) * width + j] = this.#sy[i]![j]!
        out[j * width + count + i] = this.#sy[i]![j]!
      }
    }
    return out
  }

  #forgetOldest(): void {
    this.#alongGradient.shift()
    this.#free(this.#pairs.shift()!)
    this.#middle = undefined
    for (const products of [this.#ss, this.#yy, this.#sy]) {
      products.shift()
      for (const row of products) row.shift()
    }
  }

  /** Behind those that are the newest. */
  #free({ s, before }: Pair): void {
    this.#steps.unshift(s)
    this.#gradients.unshift(before)
  }
}

/** Of short vectors, as those of W' v are. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
