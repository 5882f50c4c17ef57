/** An IDX file of images whose pixels count up from 0. */
export function idxImages(count: number, height: number, width: number): Uint8Array {
  const bytes = new Uint8Array(16 + count * height * width)
  const view = new DataView(bytes.buffer)
  ;[0x803, count, height, width].forEach((value, i) => view.setUint32(4 * i, value))
  for (let i = 16; i < bytes.length; i++) bytes[i] = (i - 16) % 256
  return bytes
}

export function idxLabels(labels: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(8 + labels.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0x801)
  view.setUint32(4, labels.length)
  bytes.set(labels, 8)
  return bytes
}

/** A CIFAR-10 batch: image n has the levels 10 n, 10 n + 1 and 10 n + 2 in its red, green and blue planes. */
export function cifarBatch(labels: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(labels.length * 3073)
  labels.forEach((label, n) => {
    bytes[n * 3073] = label
    for (let c = 0; c < 3; c++) bytes.fill(10 * n + c, n * 3073 + 1 + c * 1024, n * 3073 + 1 + (c + 1) * 1024)
  })
  return bytes
}
