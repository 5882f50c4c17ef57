import { attackOf } from '#core/attacks/index'
import { runAttack } from '#core/attacks/run'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import { plainProfile } from '#core/models/profile/plainProfile'
import { toFloats } from '#core/tensor/Images'
import type { EngineModel } from '#lab/ports/Engine'

/** A model in this process as the engine would give it. */
export function engineModelOf(model: DifferentiableModel, name = 'net.onnx'): EngineModel {
  return {
    info: {
      id: 'a'.repeat(64),
      name,
      input: model.input,
      classes: model.classes,
      provider: 'cpu',
      passedOver: [],
      threads: 1,
      differentiable: { ok: true },
      profile: plainProfile(model.input),
      notes: [],
    },
    classify: (images) => model.logits(toFloats(images)),
    gradient: (images, loss) => model.gradient(images, loss),
    activations: (images, layer) => model.activations!(images, layer),
    attack: ({ attack, ...request }, options) =>
      runAttack({ ...request, attack: attackOf(attack), model }, options),
    close: () => Promise.resolve(),
  }
}
