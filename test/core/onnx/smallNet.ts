import { int, ints } from '#core/onnx/attributes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { Random } from '#core/tensor/Random'
import { sizeOf } from '#core/tensor/Tensor'

/** Conv, Relu, MaxPool, Conv, GlobalAveragePool, Gemm on 3x8x8 images, 5 classes; `ending` may add a Softmax. */
export function smallNet(ending: 'logits' | 'softmax' = 'logits'): OnnxGraph {
  const random = new Random('small net')
  const builder = new GraphBuilder()
  const weights = (shape: readonly number[], scale: number): string =>
    builder.floats(
      Float32Array.from({ length: sizeOf(shape) }, () => random.normal(0, scale)),
      shape,
    )
  const x = builder.input('image', 'float', ['n', 3, 8, 8])
  const first = builder.node('Conv', [x, weights([4, 3, 3, 3], 0.4), weights([4], 0.1)], {
    pads: ints([1, 1, 1, 1]),
  })
  const pooled = builder.node('MaxPool', [builder.node('Relu', [first])], {
    kernel_shape: ints([2, 2]),
    strides: ints([2, 2]),
  })
  const second = builder.node('Relu', [
    builder.node('Conv', [pooled, weights([6, 4, 3, 3], 0.4), weights([6], 0.1)]),
  ])
  const mean = builder.node('Flatten', [builder.node('GlobalAveragePool', [second])])
  const logits = builder.node('Gemm', [mean, weights([6, 5], 2), weights([5], 0.1)], {}, 'scores')
  if (ending === 'softmax')
    builder.output(builder.node('Softmax', [logits], { axis: int(1) }, 'probabilities'))
  else builder.output(logits)
  return builder.build()
}
