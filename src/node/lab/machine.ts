import { createHash } from 'node:crypto'
import { arch, availableParallelism, cpus, platform, release } from 'node:os'
import type { Machine } from '#lab/ports/Machine'
import { version, versionOf } from './version'

/** This computer. */
export const machine: Machine = {
  now: () => new Date().toISOString(),
  ticks: () => performance.now(),
  cores: () => availableParallelism(),
  sha256: (bytes) => createHash('sha256').update(bytes).digest('hex'),
  environment: () => {
    const processors = cpus()
    return {
      halftone: version(),
      node: process.version,
      os: `${platform()} ${release()} ${arch()}`,
      cpu: `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown'}`,
      onnxruntime: versionOf('onnxruntime-node'),
    }
  },
}
