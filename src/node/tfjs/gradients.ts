import {
  matMul,
  mul,
  registerGradient,
  reshape,
  slice_util,
  step,
  sub,
  tensor2d,
  transpose,
  zeros,
  type Rank,
  type Tensor,
} from '@tensorflow/tfjs-core'

/**
 * Puts right what tfjs's tape has wrong: the gradients of a resize by half pixels, which it takes as one by corners (and its
 * plain JavaScript with height and width exchanged), and of a padding with mirrored values, where it forgets those. Those of
 * the rectifiers are right, but take most of the time of a gradient on some back ends. Slices with strides and comparisons
 * have none.
 *
 * It is one table for the process and all copies of tfjs in it, so that another copy which is loaded later puts its own in
 * their place: to be called after that.
 */
export function mendGradients(): void {
  registerGradient({
    kernelName: 'Relu',
    outputsToSave: [true],
    // Not sign: wasm's is 0 up to 1e-7.
    gradFunc: (dy, [y]) => ({ x: () => mul(dy as Tensor, step(y!)) }),
  })
  registerGradient({
    kernelName: 'Relu6',
    outputsToSave: [true],
    // y (6 - y) is 0 where the rectifier holds, and above it in between.
    gradFunc: (dy, [y]) => ({ x: () => mul(dy as Tensor, step(mul(y!, sub(6, y!)))) }),
  })
  for (const kernelName of ['ResizeBilinear', 'ResizeNearestNeighbor'] as const) {
    const sharesOf = kernelName === 'ResizeBilinear' ? bilinear : nearest
    registerGradient({
      kernelName,
      inputsToSave: ['images'],
      gradFunc: (dy, [images], attrs) => ({
        images: () => resized(dy as Tensor, images!.shape, attrs as unknown as Resize, sharesOf),
      }),
    })
  }
  registerGradient({
    kernelName: 'StridedSlice',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({ x: () => spreadOut(dy as Tensor, x!.shape, attrs as unknown as Slice) }),
  })
  for (const kernelName of ['Greater', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr']) {
    registerGradient({
      kernelName,
      inputsToSave: ['a', 'b'],
      gradFunc: (_, [a, b]) => ({ a: () => zeros(a!.shape), b: () => zeros(b!.shape) }),
    })
  }
  registerGradient({
    kernelName: 'LogicalNot',
    inputsToSave: ['x'],
    gradFunc: (_, [x]) => ({ x: () => zeros(x!.shape) }),
  })
  registerGradient({
    kernelName: 'MirrorPad',
    inputsToSave: ['x'],
    gradFunc: (dy, [x], attrs) => ({ x: () => mirrored(dy as Tensor, x!.shape, attrs as unknown as Mirror) }),
  })
}

interface Slice {
  readonly begin: number[]
  readonly end: number[]
  readonly strides: number[]
  readonly beginMask: number
  readonly endMask: number
  readonly ellipsisMask: number
  readonly newAxisMask: number
  readonly shrinkAxisMask: number
}

interface Resize {
  readonly size: [number, number]
  readonly alignCorners?: boolean
  readonly halfPixelCenters?: boolean
}

interface Mirror {
  readonly paddings: readonly (readonly [number, number])[]
  readonly mode: 'reflect' | 'symmetric'
}

/** Back to where a slice was taken from, with zeros at what it left out. */
function spreadOut(dy: Tensor, shape: number[], slice: Slice): Tensor {
  const { begin, end, strides } = slice_util.sliceInfo(
    shape,
    slice.begin,
    slice.end,
    slice.strides,
    slice.beginMask,
    slice.endMask,
    slice.ellipsisMask,
    slice.newAxisMask,
    slice.shrinkAxisMask,
  )
  const taken = shape.map((_, axis) => Math.ceil((end[axis]! - begin[axis]!) / strides[axis]!))
  return shape.reduce<Tensor>(
    (values, length, axis) =>
      taken[axis] === length && strides[axis] === 1
        ? values
        : alongAxis(values, axis, length, (place) => [[begin[axis]! + place * strides[axis]!, 1]]),
    reshape(dy, taken),
  )
}

type Share = readonly [place: number, share: number]

function resized(
  dy: Tensor,
  [, ...from]: readonly number[],
  { size, alignCorners, halfPixelCenters }: Resize,
  sharesOf: (place: number, halves: boolean | undefined, corners: boolean | undefined) => readonly Share[],
): Tensor {
  return size.reduce((values, to, i) => {
    const length = from[i]!
    const corners = alignCorners === true && to > 1
    const ratio = corners ? (length - 1) / (to - 1) : length / to
    return alongAxis(values, i + 1, length, (place) =>
      sharesOf((place + (halfPixelCenters ? 0.5 : 0)) * ratio, halfPixelCenters, alignCorners).map(
        ([at, share]) => [Math.min(length - 1, Math.max(0, at)), share],
      ),
    )
  }, dy)
}

/** Where a resized value comes from, by TensorFlow's rules: places and their shares. */
function bilinear(scaled: number, halves?: boolean): readonly Share[] {
  const at = scaled - (halves ? 0.5 : 0)
  const part = at - Math.floor(at)
  return [
    [Math.floor(at), 1 - part],
    [Math.ceil(at), part],
  ]
}

function nearest(scaled: number, _?: boolean, corners?: boolean): readonly Share[] {
  return [[corners ? Math.round(scaled) : Math.floor(scaled), 1]]
}

function mirrored(dy: Tensor, shape: readonly number[], { paddings, mode }: Mirror): Tensor {
  const edge = mode === 'symmetric' ? 1 : 0
  return paddings.reduce((values, [before, after], axis) => {
    if (before === 0 && after === 0) return values
    const length = shape[axis]!
    return alongAxis(values, axis, length, (place) => {
      const at = place - before
      if (at < 0) return [[-at - edge, 1]]
      return [[at < length ? at : 2 * (length - 1) - at + edge, 1]]
    })
  }, dy)
}

/**
 * Carries a gradient back along one axis through an operator that makes each value of a sum of others along it.
 * @param length of the axis before the operator
 * @param sharesOf what the value at a place after the operator is made of
 */
function alongAxis(
  dy: Tensor,
  axis: number,
  length: number,
  sharesOf: (place: number) => readonly Share[],
): Tensor {
  const made = dy.shape[axis]!
  const shares = new Float32Array(length * made)
  for (let place = 0; place < made; place++)
    for (const [from, share] of sharesOf(place)) shares[from * made + place]! += share
  const others = dy.shape.map((_, i) => i).filter((i) => i !== axis)
  const order = [axis, ...others]
  const table = reshape<Rank.R2>(transpose(dy, order), [made, -1])
  const back = matMul(tensor2d(shares, [length, made]), table)
  const turned = reshape(back, [length, ...others.map((i) => dy.shape[i]!)])
  return transpose(
    turned,
    order.map((_, i) => order.indexOf(i)),
  )
}
