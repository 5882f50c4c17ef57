import { disk, outline, placed, rectangle, reversed, rounded, type Contour } from '../vector/outline'
import { stroke } from '../vector/stroke'

/** Silhouettes in the square -1..1, y down. Contours of one silhouette add up; reversed ones are holes. */

export function lines(path: string, width: number, cap: 'butt' | 'round' = 'round'): Contour[] {
  return stroke(outline(path), { width, cap })
}

/** A car from behind, with its window and lamps cut out. */
export function car(): Contour[] {
  return [
    rounded(
      [
        -0.62, -0.62, 0.62, -0.62, 0.82, -0.08, 0.95, 0.05, 0.95, 0.58, -0.95, 0.58, -0.95, 0.05, -0.82,
        -0.08,
      ],
      0.12,
    ),
    rounded(rectangle(-0.9, 0.4, 0.36, 0.42), 0.06),
    rounded(rectangle(0.54, 0.4, 0.36, 0.42), 0.06),
    reversed(rounded([-0.5, -0.46, 0.5, -0.46, 0.62, -0.08, -0.62, -0.08], 0.06)),
    reversed(disk(-0.66, 0.22, 0.12, 14)),
    reversed(disk(0.66, 0.22, 0.12, 14)),
  ]
}

/** A lorry from the side, cab to the left. */
export function lorry(): Contour[] {
  return [
    rounded(rectangle(-0.35, -0.52, 1.35, 0.92), 0.05),
    rounded([-0.98, 0.02, -0.82, -0.28, -0.42, -0.28, -0.42, 0.42, -0.98, 0.42], 0.06),
    reversed(rounded([-0.86, 0, -0.77, -0.17, -0.53, -0.17, -0.53, 0], 0.03)),
    rectangle(-0.5, 0.26, 0.2, 0.14),
    disk(-0.66, 0.46, 0.19, 20),
    disk(0.28, 0.46, 0.19, 20),
    disk(0.72, 0.46, 0.19, 20),
  ]
}

/** A walking person. */
export function walker(): Contour[] {
  return [
    disk(0.06, -0.8, 0.17, 20),
    ...lines('M.02 -.42 L0 .1', 0.34),
    ...lines('M.02 .1 L.26 .48 L.36 .92', 0.19),
    ...lines('M-.02 .1 L-.14 .5 L-.48 .88', 0.19),
    ...lines('M.08 -.46 L.34 -.12 L.52 .06', 0.14),
    ...lines('M-.06 -.46 L-.3 -.16 L-.36 .1', 0.14),
  ]
}

/** A running child. */
export function runner(): Contour[] {
  return [
    disk(0.2, -0.74, 0.2, 20),
    ...lines('M.12 -.4 L-.04 .12', 0.34),
    ...lines('M0 .14 L.42 .34 L.34 .84', 0.19),
    ...lines('M-.04 .14 L-.24 .54 L-.74 .62', 0.19),
    ...lines('M.18 -.44 L.42 -.12 L.74 -.2', 0.14),
    ...lines('M.06 -.42 L-.32 -.36 L-.44 -.04', 0.14),
  ]
}

export function children(): Contour[] {
  return [
    ...placed(runner(), { x: -0.42, y: -0.06, scale: 0.86 }),
    ...placed(runner(), { x: 0.5, y: 0.16, scale: 0.64 }),
  ]
}

export function bicycle(): Contour[] {
  const ring = (x: number): Contour[] => [disk(x, 0.28, 0.46, 32), reversed(disk(x, 0.28, 0.34, 28))]
  return [
    ...ring(-0.56),
    ...ring(0.56),
    ...lines('M-.56 .28 L-.24 -.3 L.34 -.3 L-.02 .28 L-.56 .28', 0.1),
    ...lines('M-.02 .28 L-.3 -.44', 0.1),
    ...lines('M-.46 -.5 L-.14 -.5', 0.13),
    ...lines('M.56 .28 L.28 -.58 L.54 -.64', 0.1),
  ]
}

/** Two humps on a road. */
export function humps(): Contour[] {
  return outline(
    'M-1 .5 L-1 .3 C-.8 .3 -.78 -.35 -.46 -.35 C-.16 -.35 -.16 .12 0 .12 C.16 .12 .16 -.35 .46 -.35 C.78 -.35 .8 .3 1 .3 L1 .5',
  )
}

/** A car from behind over two crossing skid marks. */
export function skid(): Contour[] {
  return [
    ...placed(car(), { x: 0.05, y: -0.42, scale: 0.56, turn: -0.14 }),
    ...lines('M-.36 .1 C-.74 .38 .1 .48 -.22 .72 C-.36 .84 -.5 .9 -.62 .98', 0.13),
    ...lines('M.42 .04 C.06 .34 .86 .46 .54 .72 C.4 .84 .26 .9 .14 .98', 0.13),
  ]
}

/** A road worker, a shovel and a heap. */
export function digger(): Contour[] {
  return [
    disk(-0.14, -0.78, 0.17, 20),
    ...lines('M-.3 -.42 L-.44 .06', 0.33),
    ...lines('M-.44 .08 L-.16 .42 L-.22 .92', 0.2),
    ...lines('M-.46 .08 L-.6 .5 L-.92 .92', 0.2),
    ...lines('M-.24 -.46 L.02 -.1 L.26 .1', 0.15),
    ...lines('M-.34 -.36 L-.2 .1 L.06 .2', 0.13),
    ...lines('M-.34 -.1 L.5 .42', 0.09),
    ...outline('M.3 .92 C.42 .62 .56 .42 .68 .42 C.8 .42 .96 .66 1.06 .92'),
  ]
}

/** A leaping deer, head to the right. */
export function deer(): Contour[] {
  const contours = [
    // Body, neck and head in one outline.
    ...outline(
      'M-.78 .02 C-.74 -.16 -.52 -.26 -.28 -.24 C0 -.22 .2 -.28 .32 -.42 L.46 -.68 C.5 -.76 .56 -.8 .64 -.78 L.92 -.58 C.96 -.54 .94 -.48 .88 -.48 L.66 -.5 C.6 -.3 .56 -.06 .42 .08 C.24 .2 -.04 .14 -.3 .16 C-.42 .24 -.6 .26 -.7 .2 C-.78 .16 -.8 .08 -.78 .02',
    ),
    // Fore legs reach forward, hind legs push off.
    ...lines('M.36 0 L.72 .1 L.98 -.04', 0.1),
    ...lines('M.3 .04 L.58 .28 L.86 .3', 0.1),
    ...lines('M-.6 .08 L-.62 .4 L-.9 .62 L-.98 .84', 0.11),
    ...lines('M-.5 .12 L-.42 .44 L-.68 .7 L-.7 .92', 0.11),
    ...lines('M-.76 0 L-.92 -.1', 0.1),
    // Antlers.
    ...lines('M.54 -.76 L.4 -1 M.47 -.88 L.28 -.9 M.58 -.76 L.62 -1.02', 0.07),
  ]
  return placed(contours, { x: -0.12 })
}

export function snowflake(): Contour[] {
  const arm = lines('M0 0 L0 -.98 M0 -.6 L-.24 -.84 M0 -.6 L.24 -.84 M0 -.3 L-.2 -.5 M0 -.3 L.2 -.5', 0.115)
  return Array.from({ length: 6 }, (_, i) => placed(arm, { turn: (i * Math.PI) / 3 })).flat()
}

/** A cliff on the right and stones that come down from it. */
export function rockfall(): Contour[] {
  return [
    ...outline('M1.1 .9 L-.1 .9 L.1 .56 L.04 .34 L.24 .12 L.2 -.12 L.34 -.3 L.3 -.56 L.42 -.78'),
    rounded([-0.1, -0.5, 0.16, -0.62, 0.26, -0.4, 0.12, -0.24, -0.08, -0.28], 0.05),
    rounded([-0.5, -0.06, -0.26, -0.2, -0.08, -0.02, -0.2, 0.2, -0.46, 0.16], 0.05),
    rounded([-0.72, 0.48, -0.44, 0.36, -0.28, 0.56, -0.4, 0.76, -0.68, 0.74], 0.05),
    rounded([-1, 0.8, -0.86, 0.66, -0.7, 0.78, -0.78, 0.92, -0.96, 0.92], 0.04),
    rounded([-0.28, 0.74, -0.16, 0.66, -0.06, 0.76, -0.14, 0.9, -0.26, 0.9], 0.03),
  ]
}

/** A steam locomotive from the side, going left. */
export function locomotive(): Contour[] {
  return [
    rounded(rectangle(-0.86, -0.18, 1.16, 0.5), 0.06),
    rounded(rectangle(0.22, -0.66, 0.62, 0.98), 0.04),
    reversed(rounded(rectangle(0.36, -0.5, 0.34, 0.3), 0.03)),
    rectangle(0.14, -0.74, 0.78, 0.12),
    ...outline('M-.76 -.16 L-.7 -.5 L-.8 -.66 L-.42 -.66 L-.52 -.5 L-.46 -.16'),
    rounded(rectangle(-0.2, -0.36, 0.24, 0.22), 0.08),
    rectangle(-0.9, 0.26, 1.76, 0.14),
    [-0.8, 0.3, -1.04, 0.64, -0.66, 0.64, -0.6, 0.3],
    disk(-0.42, 0.5, 0.19, 20),
    disk(0.04, 0.5, 0.19, 20),
    disk(0.58, 0.44, 0.25, 22),
    disk(-0.34, -0.86, 0.12, 14),
    disk(-0.08, -0.92, 0.15, 14),
    disk(0.24, -0.94, 0.17, 14),
  ]
}

/** A fence before a railway. */
export function gate(): Contour[] {
  const posts = [-0.72, -0.24, 0.24, 0.72].flatMap((x) => [
    [x - 0.11, 0.8, x - 0.11, -0.46, x, -0.66, x + 0.11, -0.46, x + 0.11, 0.8],
  ])
  return [...posts, rectangle(-1, -0.26, 2, 0.2), rectangle(-1, 0.32, 2, 0.2)]
}

export function exclamation(): Contour[] {
  return [rounded([-0.19, -0.95, 0.19, -0.95, 0.1, 0.42, -0.1, 0.42], 0.06), disk(0, 0.76, 0.19, 24)]
}

/** Two lanes that narrow upwards to one. */
export function narrowing(): Contour[] {
  return lines('M-.56 .95 L-.56 .42 L-.2 -.2 L-.2 -.9 M.56 .95 L.56 .42 L.2 -.2 L.2 -.9', 0.2, 'butt')
}

/** A motorway in perspective, with its median, under a bridge. */
export function motorway(): Contour[] {
  return [
    [-0.86, 0.95, -0.34, -0.18, -0.1, -0.18, -0.1, 0.95],
    [0.1, 0.95, 0.1, -0.18, 0.34, -0.18, 0.86, 0.95],
    [-0.1, -0.5, -0.25, -0.5, -0.16, -0.92, -0.06, -0.92],
    [0.06, -0.92, 0.16, -0.92, 0.25, -0.5, 0.1, -0.5],
    rectangle(-0.98, -0.46, 1.96, 0.2),
    rectangle(-0.74, -0.5, 0.1, 0.5),
    rectangle(0.64, -0.5, 0.1, 0.5),
  ]
}

/** The three arrows of a roundabout, clockwise or counter-clockwise. */
export function roundabout(mirror: boolean): Contour[] {
  const part = (turn: number): Contour[] => {
    const arc: number[] = []
    for (let i = 0; i <= 10; i++) {
      const angle = turn + (i / 10) * 1.22
      arc.push(0.56 * Math.cos(angle), 0.56 * Math.sin(angle))
    }
    const end = turn + 1.22
    const at = (radius: number, angle: number): [number, number] => [
      radius * Math.cos(angle),
      radius * Math.sin(angle),
    ]
    return [
      ...stroke([arc], { width: 0.22 }),
      [...at(0.86, end - 0.05), ...at(0.58, end + 0.62), ...at(0.26, end - 0.05)],
    ]
  }
  const all = [0, 1, 2].flatMap((i) => part((i * 2 * Math.PI) / 3))
  return mirror ? placed(all, { mirror }) : all
}
