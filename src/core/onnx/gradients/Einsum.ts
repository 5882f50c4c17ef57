import { HalftoneError } from '../../errors'
import { string, stringAttribute } from '../attributes'
import { rule } from './rule'
import type { RuleContext } from './rule'

/**
 * The gradient of one factor is the product of the output's gradient with the other factors, summed to that factor's
 * letters. A letter that is in that factor alone is spread by a factor of ones.
 */
export const Einsum = rule((context, g) => {
  const { terms, result } = lettersOf(stringAttribute(context.node, 'equation', ''))
  return terms.map((own, place) => {
    if (!context.needs(place)) return null
    const others = terms.flatMap((term, i) => (i === place ? [] : [{ term, name: context.must(i) }]))
    const factors = [{ term: result, name: g }, ...others]
    const known = new Set(factors.flatMap(({ term }) => [...term]))
    for (const [axis, letter] of [...own].entries()) {
      if (!known.has(letter)) factors.push({ term: letter, name: ones(context, place, axis) })
    }
    const equation = `${factors.map(({ term }) => term).join(',')}->${own}`
    return context.add(
      'Einsum',
      factors.map(({ name }) => name),
      { equation: string(equation) },
    )
  })
})

/** Ones of an axis's length, as a vector. */
function ones(context: RuleContext, place: number, axis: number): string {
  const length = context.builder.ints([context.length(place, axis)])
  return context.add('Expand', [context.scalar(1), length])
}

/** The letters of every factor and of the result; without an arrow, those used once, in order of the alphabet. */
function lettersOf(equation: string): { readonly terms: readonly string[]; readonly result: string } {
  const [left = '', right] = equation.replaceAll(' ', '').split('->')
  const terms = left.split(',')
  const all = [...left].filter((letter) => letter !== ',')
  const once = (): string =>
    all
      .filter((letter) => all.indexOf(letter) === all.lastIndexOf(letter))
      .sort((a, b) => (a < b ? -1 : 1))
      .join('')
  if (equation.includes('.') || terms.some((term) => new Set(term).size < term.length)) {
    throw new HalftoneError(
      'not-differentiable',
      `its equation '${equation}' has an ellipsis or a diagonal, for which there is no gradient.`,
    )
  }
  return { terms, result: right ?? once() }
}
