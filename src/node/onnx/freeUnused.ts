import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Gives back the memory of what nothing refers to any more. A model's weights are a few large arrays, which V8 counts but
 * sees no hurry in freeing: while graphs are built, several copies of them would wait for its next turn. Takes some 10 ms.
 */
export function freeUnused(): void {
  try {
    // The collector can be called only where this flag is set, which changes nothing else.
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    collect()
  } catch {
    // A host that does not let go of its collector frees when it likes.
  }
}
