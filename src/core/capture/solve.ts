/**
 * Cholesky factor of a symmetric positive definite matrix, in place: the lower triangle of `a` (n x n, row-major)
 * becomes L with a = L Lᵀ.
 * @returns false when the matrix is not positive definite.
 */
export function cholesky(a: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    let diagonal = a[j * n + j]!
    for (let k = 0; k < j; k++) diagonal -= a[j * n + k]! ** 2
    if (!(diagonal > 0)) return false
    const root = Math.sqrt(diagonal)
    a[j * n + j] = root
    for (let i = j + 1; i < n; i++) {
      let sum = a[i * n + j]!
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!
      a[i * n + j] = sum / root
    }
  }
  return true
}

/** Solves L y = b in place. */
export function forwardSolve(factor: Float64Array, n: number, b: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = b[i]!
    for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * b[k]!
    b[i] = sum / factor[i * n + i]!
  }
}

/** Solves L Lᵀ x = b in place. */
export function choleskySolve(factor: Float64Array, n: number, b: Float64Array): void {
  forwardSolve(factor, n, b)
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]!
    for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * b[k]!
    b[i] = sum / factor[i * n + i]!
  }
}

/**
 * Least squares by normal equations with a small ridge: minimises |A x - b|² + ridge |x|².
 * @param rows A, row-major, `columns` wide.
 * @returns undefined when the system is singular.
 */
export function leastSquares(
  rows: Float64Array,
  values: Float64Array,
  columns: number,
  ridge = 0,
): Float64Array | undefined {
  const normal = new Float64Array(columns * columns)
  const right = new Float64Array(columns)
  for (let r = 0; r < values.length; r++) {
    const at = r * columns
    for (let i = 0; i < columns; i++) {
      const v = rows[at + i]!
      right[i] = right[i]! + v * values[r]!
      for (let j = 0; j <= i; j++) normal[i * columns + j] = normal[i * columns + j]! + v * rows[at + j]!
    }
  }
  for (let i = 0; i < columns; i++) normal[i * columns + i] = normal[i * columns + i]! + ridge
  if (!cholesky(normal, columns)) return undefined
  choleskySolve(normal, columns, right)
  return right
}
