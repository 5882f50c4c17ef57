import { createRequire } from 'node:module'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { userPackages, type NativePackage, type NativePackages } from '#node/tfjs/nativePackage'
import { temporaryFolder } from './temporary'

const require = createRequire(import.meta.url)
const core = dirname(require.resolve('@tensorflow/tfjs-core/package.json'))

/** A package of a user's, by what it does when it is loaded: the text of a CommonJS module. */
export interface StandIn {
  readonly version?: string
  readonly code: string
}

/** A folder in which packages are installed, named in HALFTONE_TFJS. It is gone after the test. */
export async function installed(packages: Partial<Record<NativePackage, StandIn>>): Promise<{
  readonly folder: string
  readonly packages: NativePackages | null
}> {
  const folder = await temporaryFolder()
  for (const [name, { version = '4.22.0', code }] of Object.entries(packages)) {
    const own = join(folder, 'node_modules', '@tensorflow', name)
    await mkdir(own, { recursive: true })
    await writeFile(join(own, 'package.json'), JSON.stringify({ name: `@tensorflow/${name}`, version }))
    await writeFile(join(own, 'index.js'), code)
  }
  return { folder, packages: userPackages({ HALFTONE_TFJS: folder }) }
}

/** Gives an installation a copy of tfjs's core of its own, as npm does. */
export async function withOwnCore(folder: string): Promise<void> {
  const own = join(folder, 'node_modules', '@tensorflow', 'tfjs-core')
  await cp(join(core, 'package.json'), join(own, 'package.json'))
  await cp(join(core, 'dist', 'tf-core.node.js'), join(own, 'dist', 'tf-core.node.js'))
}

/** Registers what the real packages register, but computes in JavaScript. */
export const computes = (extra = ''): string => `
  const tf = require('@tensorflow/tfjs-core')
  const own = () => Object.assign(Object.create(tf.findBackend('cpu')), { isUsingGpuDevice: false })
  tf.registerBackend('tensorflow', own, 3)
  tf.copyRegisteredKernels('cpu', 'tensorflow')
  ${extra}
`
