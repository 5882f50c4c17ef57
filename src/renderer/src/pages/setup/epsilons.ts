/** What a text says of the strengths: the numbers in it, and what is wrong with it. */
export interface ParsedEpsilons {
  readonly values: readonly number[]
  readonly problem: string | null
}

/** "16, 8, 4, 2" as numbers of 0 to 255, each once, separated by commas, semicolons or blanks. */
export function parseEpsilons(text: string): ParsedEpsilons {
  const parts = text.split(/[\s,;]+/).filter(Boolean)
  const values: number[] = []
  for (const part of parts) {
    const value = Number(part)
    if (!Number.isFinite(value) || value <= 0 || value > 255) {
      return { values, problem: `Expected numbers above 0 and up to 255, got “${part}”.` }
    }
    if (!values.includes(value)) values.push(value)
  }
  return { values, problem: values.length === 0 ? 'Expected at least one strength, such as 8.' : null }
}
