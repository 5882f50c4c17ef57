import { Abs } from './Abs'
import { Add } from './Add'
import { AveragePool } from './AveragePool'
import { BatchNormalization } from './BatchNormalization'
import { Cast } from './Cast'
import { Clip } from './Clip'
import { Concat } from './Concat'
import { Conv } from './Conv'
import { ConvTranspose } from './ConvTranspose'
import { Div } from './Div'
import { Dropout } from './Dropout'
import { Elu } from './Elu'
import { Erf } from './Erf'
import { Exp } from './Exp'
import { Expand } from './Expand'
import { Max, Min } from './extrema'
import { Gemm } from './Gemm'
import { GlobalAveragePool } from './GlobalAveragePool'
import { GlobalMaxPool } from './GlobalMaxPool'
import { HardSigmoid } from './HardSigmoid'
import { HardSwish } from './HardSwish'
import { Identity } from './Identity'
import { LeakyRelu } from './LeakyRelu'
import { Log } from './Log'
import { MatMul } from './MatMul'
import { MaxPool } from './MaxPool'
import { Mul } from './Mul'
import { Neg } from './Neg'
import { Pad } from './Pad'
import { Pow } from './Pow'
import { PRelu } from './PRelu'
import { Reciprocal } from './Reciprocal'
import { ReduceMean, ReduceSum } from './reductions'
import { Relu } from './Relu'
import { Reshape } from './Reshape'
import type { GradientRule } from './rule'
import { Sigmoid } from './Sigmoid'
import { Slice } from './Slice'
import { LogSoftmax, Softmax } from './softmaxes'
import { Softplus } from './Softplus'
import { Split } from './Split'
import { Sqrt } from './Sqrt'
import { Sub } from './Sub'
import { Sum } from './Sum'
import { Tanh } from './Tanh'
import { Transpose } from './Transpose'
import { Where } from './Where'

/** The gradient of every operator that Halftone can go back through. A new rule is a file and a line here. */
export const gradientRules = {
  Abs,
  Add,
  AveragePool,
  BatchNormalization,
  Cast,
  Clip,
  Concat,
  Conv,
  ConvTranspose,
  Div,
  Dropout,
  Elu,
  Erf,
  Exp,
  Expand,
  Flatten: Reshape,
  Gemm,
  GlobalAveragePool,
  GlobalMaxPool,
  HardSigmoid,
  HardSwish,
  Identity,
  LeakyRelu,
  Log,
  LogSoftmax,
  MatMul,
  Max,
  MaxPool,
  Min,
  Mul,
  Neg,
  Pad,
  Pow,
  PRelu,
  Reciprocal,
  ReduceMean,
  ReduceSum,
  Relu,
  Reshape,
  Sigmoid,
  Slice,
  Softmax,
  Softplus,
  Split,
  Sqrt,
  Squeeze: Reshape,
  Sub,
  Sum,
  Tanh,
  Transpose,
  Unsqueeze: Reshape,
  Where,
} satisfies Record<string, GradientRule>

/** Operators whose derivative is zero wherever it exists: nothing flows back through them. */
export const zeroGradientOps: ReadonlySet<string> = new Set([
  'ArgMax',
  'ArgMin',
  'Ceil',
  'ConstantOfShape',
  'Equal',
  'Floor',
  'Greater',
  'GreaterOrEqual',
  'IsInf',
  'IsNaN',
  'Less',
  'LessOrEqual',
  'Not',
  'Round',
  'Shape',
  'Sign',
  'Size',
])
