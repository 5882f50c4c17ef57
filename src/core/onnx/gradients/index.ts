import { Abs } from './Abs'
import { Add } from './Add'
import { AveragePool } from './AveragePool'
import { BatchNormalization } from './BatchNormalization'
import { Conv } from './Conv'
import { Div } from './Div'
import { Exp } from './Exp'
import { Gemm } from './Gemm'
import { GlobalAveragePool } from './GlobalAveragePool'
import { Identity } from './Identity'
import { Log } from './Log'
import { MatMul } from './MatMul'
import { MaxPool } from './MaxPool'
import { Mul } from './Mul'
import { Neg } from './Neg'
import { Pow } from './Pow'
import { Reciprocal } from './Reciprocal'
import { ReduceMean, ReduceSum } from './reductions'
import { Relu } from './Relu'
import { Reshape } from './Reshape'
import type { GradientRule } from './rule'
import { LogSoftmax, Softmax } from './softmaxes'
import { Sqrt } from './Sqrt'
import { Sub } from './Sub'
import { Transpose } from './Transpose'

/** The gradient of every operator that Halftone can go back through. A new rule is a file and a line here. */
export const gradientRules = {
  Abs,
  Add,
  AveragePool,
  BatchNormalization,
  Conv,
  Div,
  Exp,
  Flatten: Reshape,
  Gemm,
  GlobalAveragePool,
  Identity,
  Log,
  LogSoftmax,
  MatMul,
  MaxPool,
  Mul,
  Neg,
  Pow,
  Reciprocal,
  ReduceMean,
  ReduceSum,
  Relu,
  Reshape,
  Softmax,
  Sqrt,
  Squeeze: Reshape,
  Sub,
  Transpose,
  Unsqueeze: Reshape,
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
