/** The click of a shutter, made of two short bursts of noise. */
export class ShutterSound {
  #context: AudioContext | undefined

  /** Silent where the browser has no sound, or wants a click on the page first. */
  click(): void {
    if (typeof AudioContext === 'undefined') return
    this.#context ??= new AudioContext()
    const context = this.#context
    void context.resume().then(() => {
      this.#burst(context, 0, 0.25)
      this.#burst(context, 0.07, 0.18)
    })
  }

  close(): void {
    void this.#context?.close()
    this.#context = undefined
  }

  #burst(context: AudioContext, after: number, volume: number): void {
    const seconds = 0.04
    const noise = context.createBuffer(1, Math.ceil(seconds * context.sampleRate), context.sampleRate)
    const samples = noise.getChannelData(0)
    for (let i = 0; i < samples.length; i++) {
      const fall = Math.exp((-6 * i) / samples.length)
      // A fixed hash for noise: the click sounds the same each time.
      samples[i] = fall * (((Math.imul(i + 1, 0x9e3779b1) >>> 8) & 0xffff) / 32768 - 1)
    }
    const source = context.createBufferSource()
    const gain = context.createGain()
    source.buffer = noise
    gain.gain.value = volume
    source.connect(gain).connect(context.destination)
    source.start(context.currentTime + after)
  }
}
