/**
 * What Electron's main process and the lab's utility process say to each other beside commands and replies: a utility
 * process may not start another, so the lab asks for its engines here, by numbers of its own.
 */
export type FromLab =
  { readonly type: 'engine'; readonly id: number } | { readonly type: 'kill-engine'; readonly id: number }

/** `port` comes with the message's ports, as does `engine`. */
export type ToLab =
  | { readonly type: 'port' }
  | { readonly type: 'engine'; readonly id: number }
  | { readonly type: 'engine-ended'; readonly id: number; readonly how: string; readonly lastWords: string }
