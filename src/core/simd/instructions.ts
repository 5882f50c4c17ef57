import { unsigned, type Code, type Type } from './encode'
import type { Precision } from './Lanes'

/** Instructions for one kind of lanes; those above 255 stand after the prefix 0xfd, less 256. */
export interface Instructions {
  readonly type: Type
  readonly add: number
  readonly sub: number
  readonly mul: number
  readonly div: number
  readonly min: number
  readonly max: number
  readonly abs: number
  readonly sqrt: number
  readonly nearest: number
  readonly floor: number
  readonly less: number
  readonly atMost: number
  readonly equal: number
  readonly unequal: number
  readonly both: number
  readonly select: number
}

/** An instruction of vectors. */
export const simd = (opcode: number): number => 256 + opcode
const wideSelect = simd(0x52)
export const instructions: Readonly<Record<'one' | 'many', Readonly<Record<Precision, Instructions>>>> = {
  one: {
    single: {
      ...{ type: 'f32', add: 0x92, sub: 0x93, mul: 0x94, div: 0x95, min: 0x96, max: 0x97 },
      ...{
        abs: 0x8b,
        sqrt: 0x91,
        nearest: 0x90,
        floor: 0x8e,
        less: 0x5d,
        atMost: 0x5f,
        equal: 0x5b,
        unequal: 0x5c,
      },
      ...{ both: 0x71, select: 0x1b },
    },
    double: {
      ...{ type: 'f64', add: 0xa0, sub: 0xa1, mul: 0xa2, div: 0xa3, min: 0xa4, max: 0xa5 },
      ...{
        abs: 0x99,
        sqrt: 0x9f,
        nearest: 0x9e,
        floor: 0x9c,
        less: 0x63,
        atMost: 0x65,
        equal: 0x61,
        unequal: 0x62,
      },
      ...{ both: 0x71, select: 0x1b },
    },
  },
  many: {
    single: {
      ...{ type: 'v128', add: simd(0xe4), sub: simd(0xe5), mul: simd(0xe6), div: simd(0xe7) },
      // pmin and pmax: one instruction of the processor, where those that mind NaN take several.
      ...{
        min: simd(0xea),
        max: simd(0xeb),
        abs: simd(0xe0),
        sqrt: simd(0xe3),
        nearest: simd(0x6a),
        floor: simd(0x68),
        less: simd(0x43),
        atMost: simd(0x45),
        equal: simd(0x41),
        unequal: simd(0x42),
      },
      ...{ both: simd(0x4e), select: wideSelect },
    },
    double: {
      ...{ type: 'v128', add: simd(0xf0), sub: simd(0xf1), mul: simd(0xf2), div: simd(0xf3) },
      ...{
        min: simd(0xf6),
        max: simd(0xf7),
        abs: simd(0xec),
        sqrt: simd(0xef),
        nearest: simd(0x94),
        floor: simd(0x75),
        less: simd(0x49),
        atMost: simd(0x4b),
        equal: simd(0x47),
        unequal: simd(0x48),
      },
      ...{ both: simd(0x4e), select: wideSelect },
    },
  },
}

/** An instruction without immediates. */
export const code = (instruction: number): Code =>
  instruction < 256 ? [instruction] : [0xfd, ...unsigned(instruction - 256)]

/** The two lower and the two upper floats of a vector, which is given as code that may be repeated, in double precision. */
export const promoteLower = (four: Code): Code => [...four, 0xfd, 0x5f]
export const promoteUpper = (four: Code): Code => [
  ...[...four, ...four, 0xfd, 0x0d],
  ...[8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15],
  ...[0xfd, 0x5f],
]
/** A vector of zeros. */
export const zeroVector: Code = [0xfd, 0x0c, ...new Array<number>(16).fill(0)]
/** A vector at a fixed address. */
export const loadVector = (address: number): Code => [0x41, 0, 0xfd, 0x00, 4, ...unsigned(address)]
export const storeVector = (address: number, value: Code): Code => [
  ...[0x41, 0, ...value],
  ...[0xfd, 0x0b, 4, ...unsigned(address)],
]
