import type { Raster } from '#core/tensor/Raster'
import type { CodeReader, ReadCode } from './CodeReader'
import { doubled, grayOf, halfGrayOf, unsharp, type Gray } from './Gray'
import type { PointPx } from './types'

/** A square marker of ArUco's 4x4 dictionary that was found. */
export interface FoundMarker {
  readonly id: number
  /** In the marker's own order: top left, top right, bottom right, bottom left. */
  readonly corners: readonly [PointPx, PointPx, PointPx, PointPx]
}

/** Finds ArUco markers; OpenCV's on Node. */
export interface MarkerFinder {
  find(gray: Gray): FoundMarker[]
}

/** A plane's map from points some of which may be wrong; OpenCV's RANSAC on Node. */
export interface RobustHomography {
  /**
   * @param threshold distance in `to`'s unit beyond which a point is taken for wrong
   * @returns row-major 3x3, or undefined when no four points agree
   */
  homography(from: readonly PointPx[], to: readonly PointPx[], threshold: number): Float64Array | undefined
}

/** What can be handed to the capture. */
export interface CaptureTools {
  readonly reader: CodeReader
  /** Without one, a photo with fewer than two readable codes is harder to find. */
  readonly markers?: MarkerFinder
  /** Without one, rough points are taken as they are by least squares. */
  readonly robust?: RobustHomography
  /** Milliseconds, for the stage times. */
  readonly now?: () => number
}

/** Above this many pixels codes are looked for at half size. */
const halfAbove = 4e6
/** Above this many pixels nothing is doubled. */
const doubleBelow = 4.2e6

/** What was seen in a picture, in its own pixels. */
export interface Sighting {
  readonly codes: readonly ReadCode[]
  /** How many picture pixels one pixel of the searched plane is; corners are good to about this. */
  readonly grain: number
}

/** The first look, as a preview over a live camera takes it: one pass of the reader. */
export function glance(picture: Raster, reader: CodeReader): Sighting {
  const { gray, grain } = planeOf(picture)
  return { codes: scaled(reader.read(gray), grain), grain }
}

/**
 * Looks harder while fewer than `enough` codes have been read: sharpened, then doubled.
 * @param ours whether a code's text is one of a sheet
 */
export function look(
  picture: Raster,
  reader: CodeReader,
  ours: (text: string) => boolean,
  enough = 2,
): Sighting {
  const { gray, grain } = planeOf(picture)
  let codes = scaled(reader.read(gray), grain)
  const few = (): boolean => codes.filter((code) => ours(code.text)).length < enough
  if (few()) codes = merged(codes, scaled(reader.read(unsharp(gray, 1.5)), grain))
  if (few() && grain > 1) codes = merged(codes, reader.read(grayOf(picture)))
  if (few() && gray.width * gray.height < doubleBelow && grain === 1) {
    codes = merged(codes, scaled(reader.read(doubled(gray)), 0.5))
  }
  return { codes, grain }
}

/** Markers, in picture pixels. */
export function lookForMarkers(picture: Raster, finder: MarkerFinder): FoundMarker[] {
  const { gray, grain } = planeOf(picture)
  return finder.find(gray).map((marker) => ({ ...marker, corners: times(marker.corners, grain) }))
}

function planeOf(picture: Raster): { gray: Gray; grain: number } {
  const half = picture.width * picture.height > halfAbove
  return half ? { gray: halfGrayOf(picture), grain: 2 } : { gray: grayOf(picture), grain: 1 }
}

function scaled(codes: readonly ReadCode[], factor: number): ReadCode[] {
  return factor === 1 ? [...codes] : codes.map((code) => ({ ...code, corners: times(code.corners, factor) }))
}

type Four = ReadCode['corners']

function times([a, b, c, d]: Four, factor: number): Four {
  const by = ({ x, y }: PointPx): PointPx => ({ x: x * factor, y: y * factor })
  return [by(a), by(b), by(c), by(d)]
}

/** Both lists, without codes that say the same at the same place. */
function merged(first: readonly ReadCode[], second: readonly ReadCode[]): ReadCode[] {
  const isKnown = (code: ReadCode): boolean =>
    first.some(
      (other) =>
        other.text === code.text &&
        Math.hypot(other.corners[0].x - code.corners[0].x, other.corners[0].y - code.corners[0].y) <
          Math.hypot(other.corners[0].x - other.corners[2].x, other.corners[0].y - other.corners[2].y),
    )
  return [...first, ...second.filter((code) => !isKnown(code))]
}
