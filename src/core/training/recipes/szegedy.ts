import { autoencoderClassifier, autoencoderLoss } from '../nets/autoencoder'
import { fullyConnected } from '../nets/fullyConnected'
import { parameterNames } from '../parameters'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import type { Recipe, Schedule } from './Recipe'

const paper = 'Szegedy et al. 2014, Intriguing properties of neural networks, table 1'

/**
 * The paper's weight decay: lambda * sum w^2 / k is added to the loss for each layer, k being the layer's number of units.
 * @param lambdas from the first layer on
 */
function layerDecay(
  net: OnnxGraph,
  layers: readonly string[],
  lambdas: readonly number[],
): ReadonlyMap<string, number> {
  return new Map(
    layers.map((layer, i) => {
      const name = `${layer}.weight`
      return [name, lambdas[i]! / net.initializers.get(name)!.shape[0]!]
    }),
  )
}

function sigmoidNet(
  widths: readonly number[],
  schedule: Schedule,
  lambda: number,
): Omit<Recipe, 'id' | 'title'> {
  const layers = [...widths.map((_, i) => `hidden${i + 1}`), 'logits']
  return {
    paper,
    lambda,
    schedule,
    parallel: false,
    plan({ spec, random, lambda: chosen, schedule: how }) {
      const net = fullyConnected(spec, widths, random)
      // Hidden nets have 1e-5, 1e-5, 1e-6: the classifier on top a tenth of the others.
      const lambdas = layers.map((_, i) =>
        widths.length > 0 && i === layers.length - 1 ? chosen / 10 : chosen,
      )
      const stage = {
        title: 'classifier',
        loss: 'classes',
        graph: net,
        parameters: parameterNames(net),
        schedule: how,
        penalties: layerDecay(net, layers, lambdas),
        decay: 0,
      } as const
      return { stages: [stage], net }
    },
  }
}

const hiddenSchedule: Schedule = { epochs: 30, batch: 128, rate: 0.003 }
const autoencoderUnits = 400

/** The nets of Szegedy's tables, all fully connected with sigmoid units. The optimiser (Adam) is ours; the paper used L-BFGS. */
export const szegedyRecipes: readonly Recipe[] = [
  {
    id: 'fc10',
    title: 'FC10(λ): softmax with weight decay',
    ...sigmoidNet([], { epochs: 15, batch: 128, rate: 0.003 }, 1e-4),
  },
  { id: 'fc100-100-10', title: 'FC100-100-10', ...sigmoidNet([100, 100], hiddenSchedule, 1e-5) },
  { id: 'fc200-200-10', title: 'FC200-200-10', ...sigmoidNet([200, 200], hiddenSchedule, 1e-5) },
  { id: 'fc123-456-10', title: 'FC123-456-10', ...sigmoidNet([123, 456], hiddenSchedule, 1e-5) },
  {
    id: 'ae400-10',
    title: 'AE400-10: sparse autoencoder and softmax',
    paper,
    lambda: 1e-6,
    schedule: { epochs: 20, batch: 128, rate: 0.002 },
    parallel: false,
    plan({ spec, random, lambda, schedule }) {
      const loss = autoencoderLoss(spec, autoencoderUnits, { activity: 0.1, weight: 3 }, random)
      const net = autoencoderClassifier(spec, autoencoderUnits, random)
      const reconstruct = {
        title: 'autoencoder',
        loss: 'itself',
        graph: loss,
        parameters: parameterNames(loss),
        schedule,
        // A little decay makes the filters smooth; the paper does not give its value.
        penalties: new Map([
          ['hidden1.weight', 1e-3],
          ['decoder.weight', 1e-3],
        ]),
        decay: 0,
      } as const
      // The first layer is not fine-tuned.
      const classify = {
        title: 'classifier',
        loss: 'classes',
        graph: net,
        parameters: ['logits.weight', 'logits.bias'],
        schedule: { ...schedule, rate: 2.5 * schedule.rate },
        penalties: layerDecay(net, ['logits'], [lambda]),
        decay: 0,
      } as const
      return { stages: [reconstruct, classify], net }
    },
  },
]
