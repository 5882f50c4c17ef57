import type { Contour } from '../vector/outline'
import { stroke } from '../vector/stroke'

/** A stroked line with a head on its end: the tip lies at the line's last point. */
export function arrow(line: Contour, width: number, head = 1): Contour[] {
  const [x, y] = [line.at(-2)!, line.at(-1)!]
  const dx = x - line.at(-4)!
  const dy = y - line.at(-3)!
  const length = Math.hypot(dx, dy)
  const [ux, uy] = [dx / length, dy / length]
  const reach = width * 1.75 * head
  const spread = width * 1.55 * head
  const [bx, by] = [x - ux * reach, y - uy * reach]
  const shaft = [...line.slice(0, -2), x - ux * reach * 0.9, y - uy * reach * 0.9]
  return [
    ...stroke([shaft], { width }),
    // Round as disks run, so that head and shaft add up.
    [x, y, bx - uy * spread, by + ux * spread, bx + uy * spread, by - ux * spread],
  ]
}
