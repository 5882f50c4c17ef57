/**
 * The starting side's end of a process that was started to work for it: forked by Node, a utility process of Electron, or
 * one that somebody else started and whose port was handed over.
 */
export interface Child<Out, In> {
  /** Undefined while it is not known, and where the process is another's child. */
  readonly pid: number | undefined
  /** Bytes arrive as bytes. @param failed called with the reason when the message cannot be delivered */
  send(message: Out, failed: (why: string) => void): void
  onMessage(listener: (message: In) => void): void
  /** Called once. @param how as in "ended by SIGKILL" @param lastWords what it wrote to stderr last */
  onExit(listener: (how: string, lastWords: string) => void): void
  /** Closes the channel; the process then ends by itself. */
  end(): void
  /** Ends it now. */
  kill(): void
}

/** Starts a process; called again for the next one after it was lost. */
export type Launch<Out, In> = () => Child<Out, In>
