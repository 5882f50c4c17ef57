import { HalftoneError } from '#core/errors'
import { withFreeBatch } from '#core/onnx/facts'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { pruneGraph } from '#core/onnx/prune'
import type { OnnxClassifier } from './loadOnnx'

/**
 * The model up to one inner tensor, by its name in the file: folding may have merged it away, so the file's own graph runs.
 * @throws HalftoneError `not-found`
 */
export function buildActivationGraph(
  { source, facts }: OnnxClassifier,
  layer: string,
): { readonly graph: OnnxGraph; readonly output: string } {
  const names = source.nodes.flatMap((node) => node.outputs.filter((output) => output !== ''))
  if (!names.includes(layer)) {
    const some = names.slice(-8).join(', ')
    throw new HalftoneError(
      'not-found',
      `The model has no inner tensor '${layer}'. It has ${names.length}, the last ones: ${some}.`,
    )
  }
  const builder = new GraphBuilder(facts.batch === 'free' ? withFreeBatch(source) : source)
  builder.clearOutputs()
  const output = builder.output(
    builder.node('Cast', [layer], { to: { kind: 'int', value: 1 } }, 'activation'),
  )
  return { graph: pruneGraph(builder.build()), output }
}
