import { Abs } from './Abs'
import { Add } from './Add'
import { Attention } from './Attention'
import { AveragePool } from './AveragePool'
import { BatchNormalization } from './BatchNormalization'
import { Cast } from './Cast'
import { Celu } from './Celu'
import { Clip } from './Clip'
import { Concat } from './Concat'
import { Conv } from './Conv'
import { ConvTranspose } from './ConvTranspose'
import { Cos } from './Cos'
import { CumSum } from './CumSum'
import { DepthToSpace, SpaceToDepth } from './depthSpace'
import { Div } from './Div'
import { Dropout } from './Dropout'
import { Einsum } from './Einsum'
import { Elu } from './Elu'
import { Erf } from './Erf'
import { Exp } from './Exp'
import { Expand } from './Expand'
import { Max, Min } from './extrema'
import { ReduceMax, ReduceMin } from './extremeReductions'
import { Gather } from './Gather'
import { GatherElements } from './GatherElements'
import { GatherND } from './GatherND'
import { Gelu } from './Gelu'
import { Gemm } from './Gemm'
import { GlobalAveragePool } from './GlobalAveragePool'
import { GlobalMaxPool } from './GlobalMaxPool'
import { GroupNormalization } from './GroupNormalization'
import { HardSigmoid } from './HardSigmoid'
import { HardSwish } from './HardSwish'
import { Identity } from './Identity'
import { InstanceNormalization } from './InstanceNormalization'
import { LayerNormalization } from './LayerNormalization'
import { LeakyRelu } from './LeakyRelu'
import { Log } from './Log'
import { LpNormalization } from './LpNormalization'
import { LRN } from './LRN'
import { MatMul } from './MatMul'
import { MaxPool } from './MaxPool'
import { Mean } from './Mean'
import { Mish } from './Mish'
import { Mod } from './Mod'
import { Mul } from './Mul'
import { Neg } from './Neg'
import { ReduceL1, ReduceL2, ReduceLogSum, ReduceLogSumExp, ReduceSumSquare } from './normReductions'
import { Pad } from './Pad'
import { Pow } from './Pow'
import { PRelu } from './PRelu'
import { Reciprocal } from './Reciprocal'
import { ReduceProd } from './ReduceProd'
import { ReduceMean, ReduceSum } from './reductions'
import { Relu } from './Relu'
import { Reshape } from './Reshape'
import { Resize } from './Resize'
import type { GradientRule } from './rule'
import { RMSNormalization } from './RMSNormalization'
import { ScatterElements } from './ScatterElements'
import { ScatterND } from './ScatterND'
import { Selu } from './Selu'
import { Sigmoid } from './Sigmoid'
import { Sin } from './Sin'
import { Slice } from './Slice'
import { LogSoftmax, Softmax } from './softmaxes'
import { Softplus } from './Softplus'
import { Softsign } from './Softsign'
import { Split } from './Split'
import { Sqrt } from './Sqrt'
import { Sub } from './Sub'
import { Sum } from './Sum'
import { Swish } from './Swish'
import { Tanh } from './Tanh'
import { Tile } from './Tile'
import { ThresholdedRelu } from './ThresholdedRelu'
import { TopK } from './TopK'
import { Transpose } from './Transpose'
import { Trilu } from './Trilu'
import { Where } from './Where'

/** The gradient of every operator that Halftone can go back through. A new rule is a file and a line here. */
export const gradientRules = {
  Abs,
  Add,
  Attention,
  AveragePool,
  BatchNormalization,
  Cast,
  CastLike: Cast,
  Celu,
  Clip,
  Concat,
  Conv,
  ConvTranspose,
  Cos,
  CumSum,
  DepthToSpace,
  Div,
  Dropout,
  Einsum,
  Elu,
  Erf,
  Exp,
  Expand,
  Flatten: Reshape,
  Gather,
  GatherElements,
  GatherND,
  Gelu,
  Gemm,
  GlobalAveragePool,
  GlobalMaxPool,
  GroupNormalization,
  HardSigmoid,
  HardSwish,
  Identity,
  InstanceNormalization,
  LayerNormalization,
  LeakyRelu,
  Log,
  LogSoftmax,
  LpNormalization,
  LRN,
  MatMul,
  Max,
  MaxPool,
  Mean,
  Min,
  Mish,
  Mod,
  Mul,
  Neg,
  Pad,
  Pow,
  PRelu,
  Reciprocal,
  ReduceL1,
  ReduceL2,
  ReduceLogSum,
  ReduceLogSumExp,
  ReduceMax,
  ReduceMean,
  ReduceMin,
  ReduceProd,
  ReduceSum,
  ReduceSumSquare,
  Relu,
  Reshape,
  Resize,
  RMSNormalization,
  ScatterElements,
  ScatterND,
  Selu,
  Sigmoid,
  Sin,
  Slice,
  Softmax,
  Softplus,
  Softsign,
  SpaceToDepth,
  Split,
  Sqrt,
  Squeeze: Reshape,
  Sub,
  Sum,
  Swish,
  Tanh,
  ThresholdedRelu,
  Tile,
  TopK,
  Transpose,
  Trilu,
  Unsqueeze: Reshape,
  Upsample: Resize,
  Where,
} satisfies Record<string, GradientRule>

/** Operators whose derivative is zero wherever it exists: nothing flows back through them. */
export const zeroGradientOps: ReadonlySet<string> = new Set([
  'ArgMax',
  'ArgMin',
  'Ceil',
  'ConstantOfShape',
  'Equal',
  'EyeLike',
  'Floor',
  'Greater',
  'GreaterOrEqual',
  'Hardmax',
  'IsInf',
  'IsNaN',
  'Less',
  'LessOrEqual',
  'NonZero',
  'Not',
  'OneHot',
  'RandomNormalLike',
  'RandomUniformLike',
  'Round',
  'Shape',
  'Sign',
  'Size',
])
