import { InvalidArgumentError, Option, type Command } from 'commander'
import type { Setting } from '#contract/experiment'
import { attackOf, epsilonAttackIds } from '#core/attacks/index'
import type { ParamSpec } from '#core/params'
import type { ParamValues } from '#core/paramValues'
import { slug } from '#contract/paths'

/** One flag for one parameter of one attack: `--bim-alpha`. Epsilon is not among them: the matrix gives it. */
interface AttackFlag {
  readonly attack: string
  readonly param: string
  readonly spec: ParamSpec
  readonly flag: string
}

const flags: readonly AttackFlag[] = epsilonAttackIds.flatMap((attack) =>
  Object.entries<ParamSpec>(attackOf(attack).params)
    .filter(([param]) => param !== 'epsilon')
    .map(([param, spec]) => ({ attack, param, spec, flag: `${slug(attack)}-${slug(param)}` })),
)

/** Adds a flag for every parameter of every attack that an experiment takes, from their descriptions. */
export function addAttackFlags(command: Command): void {
  for (const { attack, spec, flag } of flags) {
    const help = `${attackOf(attack).title}: ${spec.help} (default: ${String(spec.default)})`
    const option = new Option(`--${flag} <${spec.kind}>`, help).helpGroup('Attack parameters:')
    if (spec.kind === 'choice') option.choices(spec.choices)
    else option.argParser((text) => parse(spec, text))
    command.addOption(option)
  }
}

function parse(spec: ParamSpec, text: string): number | boolean {
  if (spec.kind === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true'
    throw new InvalidArgumentError('Expected true or false.')
  }
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Expected a number.')
  return value
}

/** Every method with every epsilon, in this order; a method without an epsilon once. */
export function matrix(
  methods: readonly string[],
  epsilons: readonly number[],
  options: Readonly<Record<string, unknown>>,
): Pick<Setting, 'attack' | 'params'>[] {
  return methods.flatMap((attack) => {
    const params = given(attack, options)
    if (!Object.hasOwn(attackOf(attack).params, 'epsilon')) return [{ attack, params: { ...params } }]
    return epsilons.map((epsilon) => ({ attack, params: { epsilon, ...params } }))
  })
}

/** The parameters of an attack that were given as flags. */
function given(attack: string, options: Readonly<Record<string, unknown>>): ParamValues {
  const values: Record<string, number | boolean | string> = {}
  for (const { attack: owner, param, flag } of flags) {
    const value = options[new Option(`--${flag} <value>`).attributeName()]
    if (owner === attack && value !== undefined) values[param] = value as number | boolean | string
  }
  return values
}
