import { HalftoneError } from './errors'
import { resolveParams, type ParamSpecs, type ParamValues } from './paramValues'

/**
 * Parameters written as `name=value`, checked; those not named take their defaults.
 * @throws HalftoneError `invalid-argument`
 */
export function paramsFromText(owner: string, specs: ParamSpecs, texts: readonly string[]): ParamValues {
  const values: Record<string, number | boolean | string> = {}
  for (const text of texts) {
    const at = text.indexOf('=')
    if (at < 1) {
      throw new HalftoneError('invalid-argument', `Expected a parameter as name=value, got "${text}".`)
    }
    const [name, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
    const kind = Object.hasOwn(specs, name) ? specs[name]!.kind : 'choice'
    values[name] = kind === 'choice' ? value : literalOf(kind, value)
  }
  return resolveParams(owner, specs, values)
}

/** What is not a literal of its kind stays a text, which the check then refuses by name. */
function literalOf(kind: 'number' | 'integer' | 'boolean', text: string): number | boolean | string {
  if (kind === 'boolean') return text === 'true' || text === 'false' ? text === 'true' : text
  return text === '' || Number.isNaN(Number(text)) ? text : Number(text)
}
