import type { Contour } from '../vector/outline'
import { stroke, type StrokeOptions } from '../vector/stroke'

/** The colours that road signs are made of; a picture's palette says what each looks like in its light. */
export type Paint = 'white' | 'yellow' | 'red' | 'blue' | 'green' | 'black' | 'grey' | 'amber'

export interface Layer {
  readonly paint: Paint
  readonly contours: readonly Contour[]
}

/** Painted shapes from the bottom up, on a plate that reaches about 1 from its centre; y points down. */
export class Drawing {
  readonly layers: Layer[] = []

  fill(paint: Paint, ...contours: Contour[]): this {
    this.layers.push({ paint, contours })
    return this
  }

  stroke(paint: Paint, lines: readonly Contour[], options: StrokeOptions): this {
    return this.fill(paint, ...stroke(lines, options))
  }

  /** The contours that the first layer fills: the plate itself. */
  get plate(): readonly Contour[] {
    return this.layers[0]?.contours ?? []
  }
}
