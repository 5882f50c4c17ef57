import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { learnFacts } from '#core/onnx/facts'
import { findLogits } from '#core/onnx/findLogits'
import { buildGradientGraph } from '#core/onnx/gradientGraph'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { stripUnusedOpsets } from '#core/onnx/prune'
import { readModel } from '#core/onnx/readModel'
import { writeModel } from '#core/onnx/writeModel'
import { loadNpy } from '#node/npyFiles'
import { readExternalData } from '#node/onnx/externalData'
import { foldGraph } from '#node/onnx/fold'
import { OrtSession } from '#node/onnx/OrtSession'
import { runGraph } from '#node/onnx/runGraph'

/** One tensor that a gradient run decided with, as a file of plain numbers. */
interface Traced {
  readonly kind: 'rectifier' | 'pool' | 'gradient'
  readonly file: string
  readonly dims: readonly number[]
  readonly type: string
}

/**
 * Runs a model's gradient graph once and keeps what decides the path that the gradient takes, in the order of the exported
 * file: the outputs of the rectifiers (Relu and Clip), and the places that MaxPool chose.
 * @param model ONNX, its float32 input free in the batch, without a profile
 * @param folder gets the tensors and `traced.json`
 */
export async function trace(model: string, images: string, labels: string, folder: string): Promise<void> {
  const bytes = await readFile(model)
  const exported = readModel(bytes, await readExternalData(model, bytes))
  const graph = stripUnusedOpsets(await foldGraph(exported))
  const facts = await learnFacts(graph, runGraph)
  const task = {
    input: graph.inputs[0]!.name,
    logits: findLogits(graph, facts),
    loss: { kind: 'cross-entropy' },
  } as const
  const built = buildGradientGraph(graph, facts, task)
  const places = decisionsIn(built.graph, exported)
  const wanted = [...places.rectifiers, ...places.pools, built.gradient]
  const x = await loadNpy(images)
  const y = await loadNpy(labels)
  const session = await OrtSession.create(
    writeModel({
      ...built.graph,
      outputs: [...new Set([...wanted, ...built.graph.outputs.map(({ name }) => name)])].map((name) => ({
        name,
      })),
    }),
    { executionProviders: ['cpu'], intraOpNumThreads: 2, graphOptimizationLevel: 'all', logSeverityLevel: 3 },
  )
  const found = await session.run(
    {
      [built.input]: { type: 'float', dims: x.shape, data: Float32Array.from(x.data, Number) },
      [built.labels!]: {
        type: 'int64',
        dims: y.shape,
        data: BigInt64Array.from(Array.from(y.data, BigInt)),
      },
    },
    wanted,
  )
  await mkdir(folder, { recursive: true })
  const traced: Traced[] = []
  for (const [i, name] of wanted.entries()) {
    const { data, dims, type } = found[name]!
    const kind = i < places.rectifiers.length ? 'rectifier' : i < wanted.length - 1 ? 'pool' : 'gradient'
    const file = join(folder, `${i}.bin`)
    await writeFile(file, plain(type, Array.from(data, Number)))
    traced.push({ kind, file, dims, type })
  }
  await writeFile(join(folder, 'traced.json'), JSON.stringify(traced))
}

/** Names of the deciding tensors, by the place of their nodes in the exported file. */
function decisionsIn(graph: OnnxGraph, exported: OnnxGraph) {
  const writer = (name: string): number => exported.nodes.findIndex(({ outputs }) => outputs.includes(name))
  const pooling = (name: string): number =>
    exported.nodes.findIndex(({ op, inputs }) => op === 'MaxPool' && inputs[0] === name)
  return {
    rectifiers: graph.nodes
      .filter(({ op }) => op === 'Relu' || op === 'Clip')
      .map(({ outputs }) => outputs[0]!)
      .filter((name) => writer(name) >= 0)
      .toSorted((a, b) => writer(a) - writer(b)),
    pools: graph.nodes
      .filter(({ op, outputs }) => op === 'MaxPool' && outputs.length > 1)
      .toSorted((a, b) => pooling(a.inputs[0]!) - pooling(b.inputs[0]!))
      .map(({ outputs }) => outputs[1]!),
  }
}

/** As NumPy reads them: places as int64, all else as float32. */
function plain(type: string, values: readonly number[]): Uint8Array {
  const numbers = type === 'int64' ? BigInt64Array.from(values, BigInt) : Float32Array.from(values)
  return new Uint8Array(numbers.buffer)
}
