import { readFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { version, versionOf } from '../../lab/version'
import { builtFile } from '../../process/builtFile'
import { sha256 } from './sealed'

/** What a built graph depends on besides the model: another machine or version builds its own. */
export interface Builder {
  /** Version, and the code itself. */
  readonly halftone: string
  readonly onnxruntime: string
  readonly system: string
  readonly cpu: string
}

/** This machine, by what decides which kernels ONNX Runtime has, and how it lays out their weights. */
export function thisMachine(): Builder {
  return {
    halftone: `${version()} ${code()}`,
    onnxruntime: versionOf('onnxruntime-node'),
    system: `${platform()} ${arch()}`,
    cpu: `${cpus()[0]?.model.trim() ?? 'unknown'} ${instructions()}`.trim(),
  }
}

/** Of the built engine, which names the files of its parts by their contents: whoever changes a rule gets new graphs. */
function code(): string {
  try {
    return sha256(readFileSync(builtFile('engine.js')))
  } catch {
    return 'not built'
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
