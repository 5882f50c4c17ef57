import type { Random } from '#core/tensor/Random'
import { disk, type Contour } from '../vector/outline'

/** Half the width of the line in pixels, `along` from 0 to 1 of the stroke, drawn in the direction `turn` (radians). */
export type Pen = (along: number, turn: number) => number

/**
 * One of the pens that the digits are written with, about `width` pixels wide: a ballpoint or felt pen of even width, a
 * brush that is pressed and lifted, a broad nib whose width follows the direction, and a hand that presses unevenly.
 */
export function randomPen(random: Random, width: number): Pen {
  const half = width / 2
  const kind = random.uniform()
  if (kind < 0.4) return () => half
  if (kind < 0.65) {
    const [start, end] = [random.uniform(0.25, 1), random.uniform(0.15, 0.8)]
    const body = half * 1.15
    return (along) => {
      const rise = Math.min(1, start + along * 4)
      const fall = Math.min(1, end + (1 - along) * 2.5)
      return Math.max(0.45, body * rise * fall)
    }
  }
  if (kind < 0.85) {
    const nib = random.uniform(0.35, 1.1)
    const thin = random.uniform(0.35, 0.6)
    return (_, turn) => half * 1.25 * (thin + (1 - thin) * Math.abs(Math.sin(turn - nib)))
  }
  const [depth, rate, phase] = [random.uniform(0.12, 0.3), random.uniform(0.8, 2.2), random.uniform(0, 6.3)]
  return (along) => half * (1 + depth * Math.sin(2 * Math.PI * rate * along + phase))
}

/** What the pen covers along a line, as contours that all run the same way round, so that overlaps fill. */
export function penStroke(line: Contour, pen: Pen): Contour[] {
  const points = line.length / 2
  const lengths = [0]
  for (let i = 1; i < points; i++) lengths.push(lengths[i - 1]! + segment(line, i).length)
  const whole = lengths.at(-1)! || 1
  const parts: Contour[] = []
  for (let i = 0; i < points; i++) {
    const { x, y, turn } = segment(line, Math.max(1, i))
    const [px, py] = [line[2 * i]!, line[2 * i + 1]!]
    const half = pen(lengths[i]! / whole, turn)
    parts.push(disk(px, py, half, half < 1.2 ? 8 : 12))
    if (i === 0 || (x === 0 && y === 0)) continue
    const before = pen(lengths[i - 1]! / whole, turn)
    const [qx, qy] = [line[2 * i - 2]!, line[2 * i - 1]!]
    // To the left of the direction first: in a plane with y down this runs as a disk does.
    parts.push([
      qx + y * before,
      qy - x * before,
      px + y * half,
      py - x * half,
      px - y * half,
      py + x * half,
      qx - y * before,
      qy + x * before,
    ])
  }
  return parts
}

/** The piece of the line that ends at point `i`: its direction (unit vector and angle) and length. */
function segment(line: Contour, i: number): { x: number; y: number; turn: number; length: number } {
  const dx = (line[2 * i] ?? line[2 * i - 2]!) - line[2 * i - 2]!
  const dy = (line[2 * i + 1] ?? line[2 * i - 1]!) - line[2 * i - 1]!
  const length = Math.hypot(dx, dy)
  return length > 0
    ? { x: dx / length, y: dy / length, turn: Math.atan2(dy, dx), length }
    : { x: 0, y: 0, turn: 0, length: 0 }
}
