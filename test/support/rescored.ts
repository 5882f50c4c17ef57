import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import type { Logits } from '#core/tensor/Images'

/** A model with its scores changed on the way out; its gradients stay. */
export function rescored(
  model: DifferentiableModel,
  change: (logits: Logits) => Logits,
): DifferentiableModel {
  return {
    id: 'rescored',
    input: model.input,
    classes: model.classes,
    logits: async (batch) => change(await model.logits(batch)),
    gradient: async (batch, loss) => {
      const result = await model.gradient(batch, loss)
      return { ...result, logits: change(result.logits) }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
