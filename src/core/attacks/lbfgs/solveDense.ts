/**
 * A square matrix factored as P A = L U with partial pivoting, to be solved many times. For the small symmetric but
 * indefinite systems of limited-memory BFGS.
 */
export class Factored {
  readonly #n: number
  readonly #lu: Float64Array
  readonly #order: Int32Array

  private constructor(n: number, lu: Float64Array, order: Int32Array) {
    this.#n = n
    this.#lu = lu
    this.#order = order
  }

  /**
   * @param matrix n x n, row-major; overwritten
   * @returns undefined when the matrix is singular or not finite
   */
  static of(matrix: Float64Array, n: number): Factored | undefined {
    const order = Int32Array.from({ length: n }, (_, i) => i)
    for (let column = 0; column < n; column++) {
      let pivot = column
      for (let row = column + 1; row < n; row++) {
        if (Math.abs(matrix[row * n + column]!) > Math.abs(matrix[pivot * n + column]!)) pivot = row
      }
      const value = matrix[pivot * n + column]!
      if (!(Math.abs(value) > 0 && Math.abs(value) < Infinity)) return undefined
      if (pivot !== column) swapRows(matrix, order, n, pivot, column)
      for (let row = column + 1; row < n; row++) {
        const factor = matrix[row * n + column]! / value
        matrix[row * n + column] = factor
        for (let k = column + 1; k < n; k++) matrix[row * n + k]! -= factor * matrix[column * n + k]!
      }
    }
    return new Factored(n, matrix, order)
  }

  /**
   * x with A x = b; b is left as it is.
   * @param x where to write, not b; by default a new array
   */
  solve(b: Float64Array, x = new Float64Array(this.#n)): Float64Array {
    const n = this.#n
    const lu = this.#lu
    const order = this.#order
    for (let i = 0; i < n; i++) x[i] = b[order[i]!]!
    for (let i = 0; i < n; i++) {
      let sum = x[i]!
      for (let k = 0; k < i; k++) sum -= lu[i * n + k]! * x[k]!
      x[i] = sum
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = x[i]!
      for (let k = i + 1; k < n; k++) sum -= lu[i * n + k]! * x[k]!
      x[i] = sum / lu[i * n + i]!
    }
    return x
  }
}

function swapRows(matrix: Float64Array, order: Int32Array, n: number, a: number, b: number): void {
  for (let k = 0; k < n; k++) {
    const held = matrix[a * n + k]!
    matrix[a * n + k] = matrix[b * n + k]!
    matrix[b * n + k] = held
  }
  const held = order[a]!
  order[a] = order[b]!
  order[b] = held
}
