/** The part of heic-decode 2 that is used here; the package has no types of its own. */
declare module 'heic-decode' {
  interface HeicImage {
    readonly width: number
    readonly height: number
    /** RGBA, turned as the container asks. */
    decode(): Promise<{ width: number; height: number; data: Uint8ClampedArray }>
  }
  interface HeicImages extends Array<HeicImage> {
    dispose(): void
  }
  const decode: { all(options: { buffer: Uint8Array }): Promise<HeicImages> }
  export default decode
}
