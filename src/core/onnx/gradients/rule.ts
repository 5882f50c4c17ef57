import { HalftoneError } from '../../errors'
import { tensorAttribute } from '../attributes'
import { makeTensor } from '../elementTypes'
import { factOf } from '../facts'
import type { Fact, Facts } from '../facts'
import type { GraphBuilder } from '../GraphBuilder'
import type { Attributes, OnnxNode, OnnxTensor } from '../OnnxGraph'
import { reshape } from '../ops'

/** What a rule sees: the node, its tensors' names and facts, and the builder to add to. */
export class RuleContext {
  readonly builder: GraphBuilder
  readonly facts: Facts
  readonly node: OnnxNode
  readonly #active: ReadonlySet<string>

  constructor(builder: GraphBuilder, facts: Facts, node: OnnxNode, active: ReadonlySet<string>) {
    this.builder = builder
    this.facts = facts
    this.node = node
    this.#active = active
  }

  /** True when the gradient of this input is asked for. */
  needs(place: number): boolean {
    const name = this.node.inputs[place]
    return name !== undefined && name !== '' && this.#active.has(name)
  }

  /** An input's name, undefined when it is left out. */
  input(place: number): string | undefined {
    const name = this.node.inputs[place]
    return name === '' ? undefined : name
  }

  /** @throws HalftoneError when the node lacks an input that its operator must have. */
  must(place: number): string {
    const name = this.input(place)
    if (name === undefined) throw new HalftoneError('unreadable-file', `input ${place} is missing.`)
    return name
  }

  output(place = 0): string {
    return this.node.outputs[place]!
  }

  fact(place: number): Fact {
    return factOf(this.facts, this.must(place))
  }

  outputFact(place = 0): Fact {
    return factOf(this.facts, this.output(place))
  }

  rank(place = 0): number {
    return this.fact(place).shape.length
  }

  /** The length of an axis that does not follow the batch. @throws HalftoneError when it does. */
  length(place: number, axis: number): number {
    return known(this.fact(place), axis)
  }

  outputLength(axis: number): number {
    return known(this.outputFact(), axis)
  }

  /** An input's value where it is constant: stored, or computed from lengths that do not follow the batch. */
  constant(place: number): OnnxTensor | undefined {
    const name = this.input(place)
    return name === undefined ? undefined : (this.builder.constant(name) ?? this.facts.constants?.get(name))
  }

  add(op: string, inputs: readonly string[], attributes: Attributes = {}): string {
    return this.builder.node(op, inputs, attributes, `grad_${op}`)
  }

  /** Zeros of a tensor's shape, also where the batch is free. */
  zerosLike(name: string): string {
    const value =
      this.fact(0).type === 'double'
        ? makeTensor('double', [1], new Float64Array(1))
        : makeTensor('float', [1], new Float32Array(1))
    return this.add('ConstantOfShape', [this.add('Shape', [name])], { value: tensorAttribute(value) })
  }

  /** A scalar of the element type of input 0. */
  scalar(value: number): string {
    return this.builder.scalar(value, this.fact(0).type === 'double' ? 'double' : 'float')
  }

  /** Reshapes to the shape of an input; exact also where several lengths follow the batch. */
  reshapeLike(x: string, place: number): string {
    const { shape } = this.fact(place)
    if (shape.filter((length) => length === null).length > 1) {
      return this.add('Reshape', [x, this.add('Shape', [this.must(place)])])
    }
    return reshape(
      this.builder,
      x,
      shape.map((length) => length ?? -1),
    )
  }
}

function known(fact: Fact, axis: number): number {
  const length = fact.shape[axis]
  if (typeof length === 'number') return length
  throw new HalftoneError(
    'not-differentiable',
    `its axis ${axis} follows the batch, which is not supported here.`,
  )
}

/**
 * How one operator's gradient is written. One entry per input: a name, or null where no gradient flows (or none was
 * asked for, see {@link RuleContext.needs}). `incoming` has one entry per output, null for outputs that nothing used.
 */
export interface GradientRule {
  /** The gradients are given in the output's shape; the walker sums them down to each input's. */
  readonly broadcasts?: boolean
  gradient(context: RuleContext, incoming: readonly (string | null)[]): readonly (string | null)[]
}

/** A rule for operators with one output, which is nearly all. */
export function rule(
  gradient: (context: RuleContext, g: string) => readonly (string | null)[],
  options: { readonly broadcasts?: boolean } = {},
): GradientRule {
  return {
    ...options,
    gradient: (context, [g]) =>
      typeof g === 'string' ? gradient(context, g) : context.node.inputs.map(() => null),
  }
}

/** A rule for f(x) elementwise, of which only the first input carries a gradient. */
export function elementwise(gradient: (context: RuleContext, g: string) => string): GradientRule {
  return rule((context, g) => [gradient(context, g)])
}
