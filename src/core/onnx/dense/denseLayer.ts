import { sizeOf } from '../../tensor/Tensor'
import { floatAttribute, intAttribute } from '../attributes'
import type { OnnxNode, OnnxTensor } from '../OnnxGraph'

/** y = scale x W + bias over the last axis of x, with constant W and bias. */
export interface DenseLayer {
  /** [..., width] */
  readonly input: string
  /** [width, outputs], or [outputs, width] when `turned`. */
  readonly weights: Float32Array
  readonly turned: boolean
  readonly scale: number
  /** [outputs] */
  readonly bias: Float32Array | null
  readonly width: number
  readonly outputs: number
}

/** Gives a constant by its name; undefined for what is computed. */
export type Constants = (name: string) => OnnxTensor | undefined

/** What a node computes, if it is a dense layer in one of the forms that ONNX and ONNX Runtime's optimiser write it in. */
export function denseLayer(node: OnnxNode, constant: Constants): DenseLayer | null {
  const [input, name] = node.inputs
  if (input === undefined || name === undefined || constant(input)) return null
  const weights = constant(name)
  if (weights?.type !== 'float' || weights.shape.length !== 2) return null
  const product = productOf(node, constant)
  if (!product) return null
  const [first, second] = weights.shape as [number, number]
  const [width, outputs] = product.turned ? [second, first] : [first, second]
  if (product.bias && product.bias.length !== outputs) return null
  return { input, weights: weights.data, width, outputs, ...product }
}

/** The numbers of a constant that is added to every row; null for anything else. */
export function rowBias(tensor: OnnxTensor | undefined, outputs: number): Float32Array | null {
  if (tensor?.type !== 'float' || tensor.shape.at(-1) !== outputs) return null
  return sizeOf(tensor.shape) === outputs ? tensor.data : null
}

type Product = Pick<DenseLayer, 'turned' | 'scale' | 'bias'>

function productOf(node: OnnxNode, constant: Constants): Product | null {
  const flag = (name: string): boolean => intAttribute(node, name, 0) !== 0
  if (node.domain === '' && node.op === 'MatMul') return { turned: false, scale: 1, bias: null }
  if (node.domain === 'com.microsoft' && node.op === 'FusedMatMul') {
    if (flag('transA') || flag('transBatchA') || flag('transBatchB')) return null
    return { turned: flag('transB'), scale: floatAttribute(node, 'alpha', 1), bias: null }
  }
  if (node.domain !== '' || node.op !== 'Gemm' || flag('transA')) return null
  const product = { turned: flag('transB'), scale: floatAttribute(node, 'alpha', 1) }
  const name = node.inputs[2]
  if (name === undefined || name === '') return { ...product, bias: null }
  const added = constant(name)
  const bias = added && rowBias(added, added.shape.at(-1) ?? 0)
  return bias && floatAttribute(node, 'beta', 1) === 1 ? { ...product, bias } : null
}
