import { int, intAttribute, ints, intsAttribute, string, stringAttribute } from '../attributes'
import { makeTensor } from '../elementTypes'
import type { OnnxNode } from '../OnnxGraph'
import { blockedDomain, type BlockedGraph } from './BlockedGraph'
import { interleave } from './interleave'

/**
 * A strided transposed convolution of floats, [n, features, ...] to [n, channels, ...]: with whole blocks on both sides, or with a
 * kernel for each channel alone.
 */
interface Transposed {
  /** Every channel by itself. */
  readonly apart: boolean
  readonly weights: Float32Array
  readonly features: number
  readonly channels: number
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  /** Outputs cut off at the beginning of each axis. */
  readonly before: readonly number[]
  readonly inputSize: readonly number[]
  readonly outputSize: readonly number[]
}

/** One axis of the outputs o with o mod stride = phase: taps first, first + stride, ... of the kernel reach them. */
interface Phase {
  readonly first: number
  readonly taps: number
  readonly before: number
  readonly after: number
}

/** True for a transposed convolution that {@link blockTransposedConv} takes apart. */
export function isTransposedConv(work: BlockedGraph, node: OnnxNode): boolean {
  return transposedOf(work, node) !== null
}

/**
 * Writes a transposed convolution as one blocked convolution for each of its phases: outputs whose places have the same
 * remainders by the strides see the same taps of the kernel. No product with an inserted zero is taken.
 */
export function blockTransposedConv(work: BlockedGraph, node: OnnxNode): boolean {
  const conv = transposedOf(work, node)
  if (!conv) return false
  const phases = phasesOf(conv)
  const input = work.blocked(node.inputs[0]!)
  const parts = phases[0]!.map((y) => phases[1]!.map((x) => phaseConv(work, conv, input, y, x)))
  const [height, width] = conv.outputSize
  const shape = { channels: conv.channels, height: height!, width: width! }
  work.settle(node.outputs[0]!, interleave(work, parts, shape), conv.channels)
  return true
}

function transposedOf(work: BlockedGraph, node: OnnxNode): Transposed | null {
  if (node.op !== 'ConvTranspose' || node.domain !== '' || node.inputs.length !== 2) return null
  const [x, w] = node.inputs
  const [from, to] = [work.shape(x!), work.shape(node.outputs[0]!)]
  const weights = work.constant(w!)
  if (from?.length !== 4 || to?.length !== 4 || weights?.type !== 'float') return null
  const [features, perGroup, ...kernel] = weights.shape
  const group = intAttribute(node, 'group', 1)
  const apart = group > 1 && group === features && perGroup === 1
  const channels = apart ? features : perGroup
  const strides = intsAttribute(node, 'strides') ?? [1, 1]
  const conv = {
    apart,
    weights: weights.data,
    features: features!,
    channels: channels!,
    kernel,
    strides,
    before: (intsAttribute(node, 'pads') ?? [0, 0, 0, 0]).slice(0, 2),
    inputSize: from.slice(2) as number[],
    outputSize: to.slice(2) as number[],
  }
  const plain =
    (group === 1 || apart) &&
    (intsAttribute(node, 'dilations') ?? []).every((dilation) => dilation === 1) &&
    stringAttribute(node, 'auto_pad', 'NOTSET') === 'NOTSET'
  const whole = apart ? features! % 4 === 0 : features! % work.block === 0 && channels! % work.block === 0
  const known = [...conv.inputSize, ...conv.outputSize].every((length) => typeof length === 'number')
  if (!plain || !whole || !known || strides.every((stride) => stride === 1)) return null
  return phasesOf(conv).every(
    (axis) => axis.every(fits) && (axis.every(isFed) || axis.findLastIndex(isFed) === 0),
  )
    ? conv
    : null
}

const fits = ({ before, after }: Phase): boolean => before >= 0 && after >= 0
const isFed = ({ taps }: Phase): boolean => taps > 0

/** out[s m + r] = sum over j of g[m + d - j] w[q + s j], with q = (r + p) mod s and d = (r + p - q) / s, p cut off before. */
function phasesOf(conv: Transposed): Phase[][] {
  return conv.kernel.map((length, axis) => {
    const [stride, cut] = [conv.strides[axis]!, conv.before[axis]!]
    const size = Math.ceil(conv.outputSize[axis]! / stride)
    return Array.from({ length: stride }, (_, remainder) => {
      const first = (remainder + cut) % stride
      const shift = (remainder + cut - first) / stride
      const taps = Math.max(0, Math.ceil((length - first) / stride))
      if (taps === 0) return { first, taps, before: 0, after: 0 }
      const before = taps - 1 - shift
      return { first, taps, before, after: size - conv.inputSize[axis]! - before + taps - 1 }
    })
  })
}

/** The outputs of one phase, [n, channels, ceil(height / stride), ceil(width / stride)], or null where no tap reaches them. */
function phaseConv(work: BlockedGraph, conv: Transposed, input: string, y: Phase, x: Phase): string | null {
  if (y.taps === 0 || x.taps === 0) return null
  const { block } = work
  const filled = Math.ceil(conv.channels / block) * block
  const shape = [filled, conv.apart ? 1 : conv.features, y.taps, x.taps]
  const values = (conv.apart ? filterApart : blockedFilter)(block, conv, y, x)
  const filter = work.initializer(makeTensor('float', shape, values), 'blocked_phase')
  return work.add(
    'Conv',
    [input, filter],
    {
      auto_pad: string('NOTSET'),
      dilations: ints([1, 1]),
      group: int(conv.apart ? filled : 1),
      kernel_shape: ints([y.taps, x.taps]),
      pads: ints([y.before, x.before, y.after, x.after]),
      strides: ints([1, 1]),
    },
    blockedDomain,
  )
}

/**
 * A phase's kernel, turned, as ONNX Runtime's blocked convolution reads it: [out / block, in / block, y, x, block in, block out].
 */
function blockedFilter(block: number, conv: Transposed, y: Phase, x: Phase): Float32Array {
  const { weights, features, channels, kernel, strides } = conv
  const [height, width] = kernel
  const filter = new Float32Array(channels * features * y.taps * x.taps)
  let at = 0
  for (let out = 0; out < channels; out += block) {
    for (let from = 0; from < features; from += block) {
      for (let ty = y.taps - 1; ty >= 0; ty--) {
        for (let tx = x.taps - 1; tx >= 0; tx--) {
          const tap = (y.first + strides[0]! * ty) * width! + x.first + strides[1]! * tx
          for (let i = from; i < from + block; i++) {
            for (let o = out; o < out + block; o++) {
              filter[at++] = weights[(i * channels + o) * height! * width! + tap]!
            }
          }
        }
      }
    }
  }
  return filter
}

/** Likewise for channels apart, [out / block, y, x, block], filled up with zeros. */
function filterApart(block: number, conv: Transposed, y: Phase, x: Phase): Float32Array {
  const { weights, channels, kernel, strides } = conv
  const [height, width] = kernel
  const filter = new Float32Array(Math.ceil(channels / block) * block * y.taps * x.taps)
  let at = 0
  for (let out = 0; out < channels; out += block) {
    for (let ty = y.taps - 1; ty >= 0; ty--) {
      for (let tx = x.taps - 1; tx >= 0; tx--) {
        const tap = (y.first + strides[0]! * ty) * width! + x.first + strides[1]! * tx
        for (let o = out; o < out + block; o++) {
          filter[at++] = o < channels ? weights[o * height! * width! + tap]! : 0
        }
      }
    }
  }
  return filter
}
