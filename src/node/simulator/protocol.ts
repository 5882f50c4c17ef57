import type { ErrorCode } from '#core/errors'
import type { PhotoGeometry } from '#core/simulator/geometry'
import type { SimulatorParams } from '#core/simulator/params'
import type { SheetOptions } from './simulateSheet'

/** What a worker is started with. */
export interface WorkerStart {
  readonly pdf: Uint8Array
  readonly options: SheetOptions
}

/** One page to print and photograph; a worker does one at a time. */
export interface WorkerRequest {
  readonly page: number
}

export type WorkerReply =
  | {
      readonly ok: true
      readonly jpeg: Uint8Array
      readonly geometry: PhotoGeometry
      readonly params: SimulatorParams
    }
  | {
      readonly ok: false
      readonly code: ErrorCode | undefined
      readonly message: string
      readonly stack?: string
    }
