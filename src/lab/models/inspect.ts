import type { Inspection, ModelFile } from '#contract/models'
import type { ModelInspection } from '#core/models/ModelInspection'
import type { LabPorts } from '../ports/LabPorts'
import { checkModelFile, shelved, sourceOf } from './shelf'

/** What is in a model file, also in one that cannot be used; or in a model of the shelf. */
export async function inspectModel(
  asked: ModelFile | { readonly model: string },
  ports: LabPorts,
): Promise<Inspection> {
  if ('path' in asked) await checkModelFile(asked, ports)
  const source = 'path' in asked ? sourceOf(asked) : await shelved(ports, asked.model)
  return inspectionOf(await ports.quickEngine.inspect(source, await ports.engineOptions()))
}

function inspectionOf({ id, graph, model, profile, ...file }: ModelInspection): Inspection {
  const { name, size, metadata, problem } = file
  return {
    name,
    sha256: id,
    size,
    inputs: graph.inputs,
    outputs: graph.outputs,
    logits: graph.logits ?? null,
    batch: graph.batch,
    opset: graph.opset,
    ops: [...graph.ops],
    parameters: graph.parameters,
    flops: graph.flops,
    metadata: { ...metadata },
    input: model?.input ?? null,
    classes: model?.classes ?? [],
    provider: model?.provider ?? null,
    passedOver: model?.passedOver ?? [],
    differentiable: model?.differentiable ?? null,
    profile: model?.profile ?? profile,
    problem,
  }
}
