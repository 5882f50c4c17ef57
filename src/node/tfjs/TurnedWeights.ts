import type { DataId, KernelBackend, TensorInfo } from '@tensorflow/tfjs-core'

/**
 * Kernels of convolutions, turned by 180 degrees and with their channels exchanged. Weights stay the same from run to run;
 * turning large ones takes longer than a convolution with them, and so does what XNNPACK makes of them when it first sees
 * them. So what was turned stays in the back end for as long as what it was made of.
 */
export class TurnedWeights {
  readonly #known = new WeakMap<DataId, DataId>()

  /** @param filter [height, width, from, to] */
  of(filter: TensorInfo, backEnd: KernelBackend): TensorInfo {
    const [height, width, from, to] = filter.shape as [number, number, number, number]
    const shape = [height, width, to, from]
    let dataId = this.#known.get(filter.dataId)
    if (!dataId) {
      const own = backEnd.readSync(filter.dataId) as Float32Array
      const turned = new Float32Array(own.length)
      const cells = height * width
      for (let cell = 0; cell < cells; cell++) {
        const [start, end] = [cell * from * to, (cells - 1 - cell) * from * to]
        for (let i = 0; i < from; i++)
          for (let o = 0; o < to; o++) turned[end + o * from + i] = own[start + i * to + o]!
      }
      dataId = backEnd.write(turned, shape, 'float32')
      this.#known.set(filter.dataId, dataId)
    }
    return { dataId, shape, dtype: 'float32' }
  }

  /** Has a back end free what was turned along with what it was made of. @returns the same back end */
  freedBy(backEnd: KernelBackend): KernelBackend {
    const dispose = backEnd.disposeData.bind(backEnd)
    backEnd.disposeData = (dataId, force) => {
      const gone = dispose(dataId, force)
      const turned = gone ? this.#known.get(dataId) : undefined
      if (turned) {
        this.#known.delete(dataId)
        dispose(turned, true)
      }
      return gone
    }
    return backEnd
  }
}
