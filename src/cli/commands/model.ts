import { Option } from 'commander'
import type { RegisterCommand } from '../Cli'
import { inferenceOptions, openOptions, sourceOf, type ModelOptions } from '../modelOptions'
import { profileFlags } from '../profileFlags'
import { addModelCheck } from './modelCheck'
import { addModelFetch } from './modelFetch'
import { inspectionText } from '../inspectionText'
import { writeGradient, lossNames, type GradientOptions } from '../writeGradient'
import { between, whole } from '../options'
import { EngineProcess } from '#node/engine/EngineProcess'
import { saveProfile } from '#node/onnx/saveProfile'

export const model: RegisterCommand = (program, cli) => {
  const group = program
    .command('model')
    .description('get a model file, look into it, check its preprocessing, and take its gradients')

  profileFlags(inferenceOptions(group.command('inspect')))
    .argument('<file>', 'an ONNX model, or the folder of a TF.js model')
    .description(
      'input and its profile, classes, operators, parameters, FLOPs, and whether it is differentiable or why not',
    )
    .option('--save-profile', 'keep the profile beside the model, in MODEL.profile.json')
    .action(async (path: string, options: ModelOptions & { readonly saveProfile?: boolean }) => {
      await using engine = new EngineProcess()
      const found = await engine.inspect(sourceOf(path, options), openOptions(options))
      if (options.saveProfile && found.profile) await saveProfile(path, found.profile)
      cli.result(options, found, inspectionText(found))
    })

  profileFlags(inferenceOptions(group.command('gradient')))
    .argument('<file>', 'an ONNX model, or the folder of a TF.js model')
    .description('the gradient of a loss by the images, from NumPy files to a NumPy file')
    .requiredOption('--images <x.npy>', 'float32 [n, channels, height, width], RGB pixels in 0..1')
    .option('--labels <y.npy>', 'whole numbers [n]: true classes, or targets of --loss targeted-margin')
    .addOption(
      new Option('--loss <name>', 'what is differentiated').choices(lossNames).default('cross-entropy'),
    )
    .option('--confidence <kappa>', 'kappa of the margin losses (Carlini and Wagner)', between(0, 1e9), 0)
    .option(
      '--cotangent <v.npy>',
      'float32 [n, classes], for --loss cotangent: the gradient of sum(v * logits)',
    )
    .requiredOption('--out <g.npy>', 'where the gradient goes: float32, the shape of the images')
    .option('--logits <z.npy>', 'also write the scores: float32 [n, classes]')
    .option('--batch <number>', 'images per run', whole(1))
    .action(async (path: string, options: ModelOptions & GradientOptions) => {
      await using engine = new EngineProcess()
      const opened = await engine.open(sourceOf(path, options), openOptions(options))
      const written = await writeGradient(opened, options)
      cli.result(options, written.value, written.text)
    })

  addModelCheck(group, cli)
  addModelFetch(group, cli)
}
