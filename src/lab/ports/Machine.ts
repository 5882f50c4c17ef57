import type { Environment } from '#contract/experiment'

/** What the lab wants to know of the machine it runs on. */
export interface Machine {
  /** The time now, ISO 8601 in UTC. */
  now(): string
  /** Milliseconds on a clock that never goes back; only differences mean something. */
  ticks(): number
  /** In hex. */
  sha256(bytes: Uint8Array): string
  /** Processor cores that programs may use. */
  cores(): number
  /** All but the back end, which the engine knows. */
  environment(): Omit<Environment, 'provider'>
}
