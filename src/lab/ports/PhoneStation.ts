import type { CaptureReply } from '#contract/commands'
import type { PhoneState } from '#contract/phone'

/** What becomes of a photo that came from a phone. @throws HalftoneError as the command `import` fails */
export type ReceivePhoto = (path: string, name: string) => Promise<CaptureReply>

/** Serves the page for phones on the local network. */
export interface PhoneStation {
  /**
   * Opens the page for one experiment, with a new pairing token; closes it for another.
   * @param receive is given each photo once it is whole
   * @throws HalftoneError `unsupported` when there is no network to serve it on
   */
  open(experiment: string, receive: ReceivePhoto): Promise<PhoneState>
  close(): Promise<PhoneState>
  state(): PhoneState
  /** Calls at each change. @returns the function that ends it */
  listen(listener: (state: PhoneState) => void): () => void
}
