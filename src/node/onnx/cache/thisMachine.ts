import { readFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { version, versionOf } from '../../lab/version'

/** What a built graph depends on besides the model: another machine or version builds its own. */
export interface Builder {
  readonly halftone: string
  readonly onnxruntime: string
  readonly system: string
  readonly cpu: string
}

/** This machine, by what decides which kernels ONNX Runtime has, and how it lays out their weights. */
export function thisMachine(): Builder {
  return {
    halftone: version(),
    onnxruntime: versionOf('onnxruntime-node'),
    system: `${platform()} ${arch()}`,
    cpu: `${cpus()[0]?.model.trim() ?? 'unknown'} ${instructions()}`.trim(),
  }
}

/** The CPU's instruction sets, where its name may stand for several: virtual machines give no more than a brand. */
function instructions(): string {
  if (platform() === 'win32') return process.env['PROCESSOR_IDENTIFIER'] ?? ''
  if (platform() !== 'linux') return ''
  try {
    return /^(?:flags|Features)\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? ''
  } catch {
    return ''
  }
}
