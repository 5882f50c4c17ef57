import type { TfjsBackEnd } from '#core/models/ModelInfo'
import { chooseTfjs, type ChooseOptions, type TfjsChoice } from '#node/tfjs/backEnds'

/** How each engine is had whatever else is installed. */
export const asking = {
  'tfjs-wasm': { packages: null },
  'tfjs-cpu': { packages: null, refused: { 'tfjs-wasm': 'not asked for' } },
  'tfjs-node': { refused: { 'tfjs-node-gpu': 'not asked for' } },
  'tfjs-node-gpu': {},
} as const satisfies Record<TfjsBackEnd, ChooseOptions>

/** A package around libtensorflow that works here, or why there is none. */
export async function installedNative(): Promise<TfjsChoice | string> {
  const choice = await chooseTfjs()
  if (choice.provider.startsWith('tfjs-node')) return choice
  return (
    `no tfjs-node works here (${choice.passedOver.join('; ')}). ` +
    'To run these tests on one, install @tensorflow/tfjs-node into a folder and name the folder in HALFTONE_TFJS.'
  )
}

/** wasm, which always comes along, and the user's own engine where there is one. */
export async function testedEngines(): Promise<readonly TfjsBackEnd[]> {
  const native = await installedNative()
  return typeof native === 'string' ? ['tfjs-wasm'] : ['tfjs-wasm', native.provider]
}
