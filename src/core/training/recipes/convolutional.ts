import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { allConvolutional } from '../nets/allConvolutional'
import { carliniWagner, type CarliniWagnerWidths } from '../nets/carliniWagner'
import { madryNet } from '../nets/madry'
import { parameterNames } from '../parameters'
import type { Choices, Plan, Recipe } from './Recipe'

function oneStage({ schedule }: Choices, graph: OnnxGraph, net: OnnxGraph, decay: number): Plan {
  const stage = {
    title: 'classifier',
    loss: 'classes',
    graph,
    parameters: parameterNames(graph),
    schedule,
    penalties: new Map<string, number>(),
    decay,
  } as const
  return { stages: [stage], net }
}

const carliniWagnerPlan =
  (widths: CarliniWagnerWidths) =>
  (choices: Choices): Plan =>
    oneStage(
      choices,
      carliniWagner(choices.spec, widths, choices.random, true),
      carliniWagner(choices.spec, widths, choices.random, false),
      0.01,
    )

const carliniWagnerPaper =
  'Carlini and Wagner 2017, Towards evaluating the robustness of neural networks, table 1'

/** The convolutional nets of the papers: their layers, trained by AdamW with averaged weights, which takes fewer epochs. */
export const convolutionalRecipes: readonly Recipe[] = [
  {
    id: 'cw-mnist',
    title: "Carlini and Wagner's MNIST net",
    paper: carliniWagnerPaper,
    lambda: null,
    schedule: { epochs: 3, batch: 128, rate: 0.002 },
    parallel: true,
    plan: carliniWagnerPlan({ filters: [32, 64], units: 200 }),
  },
  {
    id: 'cw-cifar',
    title: "Carlini and Wagner's CIFAR net",
    paper: carliniWagnerPaper,
    lambda: null,
    schedule: { epochs: 10, batch: 128, rate: 0.0015 },
    parallel: true,
    plan: carliniWagnerPlan({ filters: [64, 128], units: 256 }),
  },
  {
    id: 'madry-mnist',
    title: "Madry's MNIST net, without adversarial training",
    paper: 'Madry et al. 2018, Towards deep learning models resistant to adversarial attacks, section 5',
    lambda: null,
    schedule: { epochs: 3, batch: 128, rate: 0.001 },
    parallel: true,
    plan: (choices) => {
      const net = madryNet(choices.spec, choices.random)
      return oneStage(choices, net, net, 0.01)
    },
  },
  {
    id: 'allconv',
    title: 'Small all-convolutional net',
    paper: 'after Springenberg et al. 2015, Striving for simplicity, All-CNN-C',
    lambda: null,
    schedule: { epochs: 10, batch: 64, rate: 0.004 },
    parallel: true,
    plan: (choices) => {
      const net = allConvolutional(choices.spec, choices.random)
      return oneStage(choices, net, net, 0.02)
    },
  },
]
