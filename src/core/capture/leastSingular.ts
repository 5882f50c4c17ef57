/** The smaller singular value of [[a, b], [c, d]]. */
export function leastSingular(a: number, b: number, c: number, d: number): number {
  const sum = a * a + b * b + c * c + d * d
  const det = a * d - b * c
  return Math.sqrt(Math.max(0, (sum - Math.sqrt(Math.max(0, sum * sum - 4 * det * det))) / 2))
}
