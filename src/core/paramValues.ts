import { HalftoneError } from './errors'
import type { ParamSpec } from './params'

export type ParamSpecs = Readonly<Record<string, ParamSpec>>

/** Parameters by name, as they are stored and sent. */
export type ParamValues = Readonly<Record<string, number | boolean | string>>

type ValueOf<S extends ParamSpec> = S extends { kind: 'boolean' }
  ? boolean
  : S extends { kind: 'choice'; choices: readonly (infer C)[] }
    ? C
    : number

/** The checked values that a set of specs describes. */
export type ParamsOf<S extends ParamSpecs> = { readonly [K in keyof S]: ValueOf<S[K]> }

/**
 * Fills in defaults and checks every value against its spec.
 * @param owner whose parameters these are, for messages: `attack bim`
 * @throws HalftoneError `invalid-argument` for an unknown name, a wrong type, or a value out of range
 */
export function resolveParams<S extends ParamSpecs>(
  owner: string,
  specs: S,
  given: Readonly<Record<string, unknown>> = {},
): ParamsOf<S> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(specs, name)) {
      const known = Object.keys(specs).join(', ') || 'none'
      throw new HalftoneError('invalid-argument', `${owner} has no parameter "${name}"; it has: ${known}.`)
    }
  }
  const values: Record<string, number | boolean | string> = {}
  for (const [name, spec] of Object.entries(specs)) {
    values[name] = checked(`${owner}: ${name}`, spec, given[name] ?? spec.default)
  }
  return values as ParamsOf<S>
}

function checked(name: string, spec: ParamSpec, value: unknown): number | boolean | string {
  const refuse = (expected: string): never => {
    throw new HalftoneError('invalid-argument', `${name} must be ${expected}, got ${JSON.stringify(value)}.`)
  }
  switch (spec.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse('true or false')
    case 'choice':
      return typeof value === 'string' && spec.choices.includes(value)
        ? value
        : refuse(`one of ${spec.choices.join(', ')}`)
    default: {
      const whole = spec.kind === 'integer'
      if (typeof value === 'number' && value >= spec.min && value <= spec.max) {
        if (!whole || Number.isInteger(value)) return value
      }
      const unit = spec.unit ? ` ${spec.unit}` : ''
      return refuse(`${whole ? 'a whole number' : 'a number'} from ${spec.min} to ${spec.max}${unit}`)
    }
  }
}
