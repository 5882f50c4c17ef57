/** The path of Electron's binary, downloaded when it must be and can be; or why there is none. */
export function findElectron(
  root: string,
  options?: {
    readonly env?: NodeJS.ProcessEnv
    readonly platform?: NodeJS.Platform
    readonly mayDownload?: boolean
  },
): Promise<
  { readonly path: string; readonly reason?: never } | { readonly path?: never; readonly reason: string }
>
