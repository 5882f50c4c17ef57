import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { pixelsPerImage } from '#core/tensor/Images'
import type { Random } from '#core/tensor/Random'
import { dense } from './layers'
import type { NetSpec } from './NetSpec'

/**
 * Szegedy et al. 2014, table 1: FC10, FC100-100-10 and their kin. Pixels in [0, 1] as they are, sigmoid units, a softmax
 * classifier on top. The units of layer i are the inner tensor `units<i>`, their inputs `hidden<i>`.
 * @param widths units of each hidden layer; none for the softmax alone
 */
export function fullyConnected(
  { input, classes }: NetSpec,
  widths: readonly number[],
  random: Random,
): OnnxGraph {
  const b = new GraphBuilder()
  const image = b.input('image', 'float', ['batch', input.channels, input.height, input.width])
  let x = b.node('Flatten', [image], {}, 'pixels')
  let from = pixelsPerImage(input)
  widths.forEach((width, i) => {
    const hidden = dense(b, x, `hidden${i + 1}`, from, width, random.fork(`hidden${i + 1}`))
    x = b.node('Sigmoid', [hidden], {}, `units${i + 1}`)
    from = width
  })
  b.output(dense(b, x, 'logits', from, classes, random.fork('logits')), 'float', ['batch', classes])
  return b.build(`fc${[...widths, classes].join('-')}`)
}
