import { HalftoneError } from '#core/errors'
import { reasonOf } from './OrtSession'

/** What ONNX Runtime says where a back end cannot start, and what it means to a user. */
const plain: readonly (readonly [RegExp, string])[] = [
  [
    /Failed to get a WebGPU adapter/,
    'finds no GPU here: no graphics driver (Vulkan, Direct3D 12 or Metal) offers one',
  ],
  [
    /Provider_Cuda: Failed to load shared library/,
    'its libraries are not installed; "node node_modules/onnxruntime-node/script/install.js --onnxruntime-node-install" fetches them',
  ],
]

/** Why a back end failed, in one line. */
export function plainReason(error: unknown): string {
  const cause = error instanceof HalftoneError && error.cause ? error.cause : error
  const reason = reasonOf(cause)
  return plain.find(([pattern]) => pattern.test(reason))?.[1] ?? withoutSource(reason)
}

/** ONNX Runtime names its source file, function and condition before it says what is wrong. */
function withoutSource(reason: string): string {
  return reason.replace(/^(.*?)\/onnxruntime_src\/.* was false\. /, '$1')
}

/** A time as people say it. */
export function inWords(milliseconds: number): string {
  return milliseconds < 1000
    ? `${Number(milliseconds.toPrecision(2))} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`
}
