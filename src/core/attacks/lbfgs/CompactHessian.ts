import type { Path } from './cauchyPoint'
import type { LbfgsKernels } from './kernels'
import { pairsAtOnce } from './pairKernels'
import { Factored } from './solveDense'
import type { Pair, Scratch, Workspace } from './Workspace'

/** Below this share of y . y a pair carries no curvature worth having (Byrd 1995, equation 3.9). */
const leastCurvature = Number.EPSILON

/** Above this share of the variables a pass over all of them is faster than one by index. */
const mostByIndex = 1 / 64

/** A pair's products with one vector. */
interface Along {
  s: number
  y: number
}

/**
 * The limited-memory BFGS matrix in its compact form, B = theta I - W M W', W = [Y, theta S], of the last few pairs
 * s = change of the point and y = change of the gradient: Byrd, Lu, Nocedal, Zhu 1995, equations 3.2 to 3.4. Inner products
 * of the pairs are kept, so that no step costs more than a few passes over them. Pairs are held in single precision, as the
 * gradients of a model are: 8 bytes a variable and pair.
 */
export class CompactHessian {
  theta = 1
  readonly #kernels: LbfgsKernels
  readonly #pairs: Pair[] = []
  /** As many as there is room for, less the pairs in use. */
  readonly #spare: Pair[]
  /** s_i . s_j, y_i . y_j and s_i . y_j, oldest first. */
  #ss: number[][] = []
  #yy: number[][] = []
  #sy: number[][] = []
  /** s . g and y . g of the last gradient, where they are known. */
  #alongGradient: Along[] | undefined
  /** M^-1, factored; undefined without pairs. */
  #middle: Factored | undefined

  /** @param space whose pairs it takes over */
  constructor({ kernels, pairs }: Workspace) {
    this.#kernels = kernels
    this.#spare = [...pairs]
  }

  /** How many pairs there are; W has twice as many columns. */
  get pairs(): number {
    return this.#pairs.length
  }

  /** Forgets all pairs: B = I. */
  reset(): void {
    this.#spare.push(...this.#pairs.splice(0))
    this.#ss = []
    this.#yy = []
    this.#sy = []
    this.theta = 1
    this.#middle = undefined
    this.#alongGradient = undefined
  }

  /**
   * Takes in a step, in place of the oldest when memory is full. A step without curvature is left out.
   * @param gradient at the step's end
   */
  update(
    step: Float64Array,
    change: Float64Array,
    gradient: Float64Array,
    curvature: number,
    square: number,
  ): void {
    if (!(curvature > leastCurvature * square) || square === 0) {
      this.#alongGradient = undefined
      return
    }
    if (this.#spare.length === 0) this.#forgetOldest()
    const pair = this.#spare.pop()!
    const scale = 1 / Math.sqrt(curvature)
    this.#kernels.run('remember', [step, change, pair.s, pair.y], [scale])
    this.#pairs.push(pair)
    this.theta = square / curvature
    this.#ss.push([])
    this.#yy.push([])
    this.#sy.push([])
    const last = this.#pairs.length - 1
    this.#pairs.forEach(({ s, y }, i) => {
      const [ss, ys, sy, yy] = this.#kernels.run('alongBoth', [s, y, step, change])
      this.#ss[i]![last] = this.#ss[last]![i] = scale * ss!
      this.#sy[last]![i] = scale * ys!
      this.#sy[i]![last] = scale * sy!
      this.#yy[i]![last] = this.#yy[last]![i] = scale * yy!
      // The gradient has changed by the change.
      if (i < last && this.#alongGradient) {
        this.#alongGradient[i]!.s += sy!
        this.#alongGradient[i]!.y += yy!
      }
    })
    this.#alongGradient?.push(this.#along(pair, gradient))
    this.#middle = Factored.of(this.#inverseMiddle(), 2 * this.#pairs.length)
    if (!this.#middle) this.reset()
  }

  /** W' g at the point where the pairs end: first y . g for every pair, then theta s . g. Known from the updates. */
  alongGradient(gradient: Float64Array): Float64Array {
    this.#alongGradient ??= this.#pairs.map((pair) => this.#along(pair, gradient))
    return this.#columns(this.#alongGradient)
  }

  /** W' d of the direction d, minus the gradient where variables move along the path and zero where they do not. */
  alongDescent(gradient: Float64Array, { stuck }: Path, { bends, found }: Scratch): Float64Array {
    if (stuck > mostByIndex * gradient.length) {
      return this.#columns(
        this.#pairs.map(({ s, y }) => {
          const [alongS, alongY] = this.#kernels.run('alongMoving', [s, y, gradient, bends])
          return { s: alongS!, y: alongY! }
        }),
      )
    }
    const count = stuck > 0 ? this.#kernels.find('stuck', [bends], [], found) : 0
    const held = this.projectAt((i) => gradient[i]!, found.subarray(0, count))
    return this.alongGradient(gradient).map((value, k) => held[k]! - value)
  }

  /** W' v where v is zero but at the indices. */
  projectAt(v: (index: number) => number, indices: Int32Array): Float64Array {
    const values = Float64Array.from(indices, v)
    return this.#columns(
      this.#pairs.map(({ s, y }) => {
        const along = { s: 0, y: 0 }
        for (let j = 0; j < indices.length; j++) {
          along.y += y[indices[j]!]! * values[j]!
          along.s += s[indices[j]!]! * values[j]!
        }
        return along
      }),
    )
  }

  /** out = -(g + theta (point - x)) / theta + W u. */
  stepFrom(
    point: Float64Array,
    x: Float64Array,
    gradient: Float64Array,
    u: Float64Array,
    out: Float64Array,
  ): void {
    const count = this.#pairs.length
    const sharesOf = (k: number): number[] => [this.theta * u[count + k]!, u[k]!]
    // The first pair stands in, with no share, for those that are not there.
    const first = Array.from({ length: pairsAtOnce }, (_, k) => this.#pairs[k] ?? this.#pairs[0]!)
    const shares = first.flatMap((_, k) => (k < count ? sharesOf(k) : [0, 0]))
    const arrays = [gradient, point, x, out, ...first.flatMap(({ s, y }) => [s, y])]
    this.#kernels.run('subspaceStep', arrays, [-1 / this.theta, this.theta, ...shares])
    for (let k = pairsAtOnce; k < count; k++) {
      const { s, y } = this.#pairs[k]!
      this.#kernels.run('combine', [s, y, out], sharesOf(k))
    }
  }

  /** Row i of W. */
  row(i: number, out: Float64Array): void {
    const count = this.#pairs.length
    for (let k = 0; k < count; k++) {
      const { s, y } = this.#pairs[k]!
      out[k] = y[i]!
      out[count + k] = this.theta * s[i]!
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

  /** W_A' W_A for the rows of W at the indices. */
  gramAt(indices: Int32Array): Float64Array {
    const width = 2 * this.#pairs.length
    const out = new Float64Array(width * width)
    const row = new Float64Array(width)
    for (const index of indices) {
      this.row(index, row)
      for (let i = 0; i < width; i++) {
        const value = row[i]!
        for (let j = 0; j <= i; j++) out[i * width + j]! += value * row[j]!
      }
    }
    for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) out[j * width + i] = out[i * width + j]!
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

  #along({ s, y }: Pair, v: Float64Array): Along {
    const [alongS, alongY] = this.#kernels.run('along', [s, y, v])
    return { s: alongS!, y: alongY! }
  }

  /** As the columns of W are ordered: y of every pair, then theta s. */
  #columns(along: readonly Along[]): Float64Array {
    return Float64Array.from([...along.map(({ y }) => y), ...along.map(({ s }) => this.theta * s)])
  }

  #forgetOldest(): void {
    this.#alongGradient?.shift()
    this.#spare.push(this.#pairs.shift()!)
    for (const products of [this.#ss, this.#yy, this.#sy]) {
      products.shift()
      for (const row of products) row.shift()
    }
  }
}

/** Of short vectors, as those of W' v are. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
