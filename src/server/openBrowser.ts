import { spawn } from 'node:child_process'

/** Starts this machine's browser on an address. @returns false when there is no display, or nothing to start it with */
export async function openBrowser(url: string): Promise<boolean> {
  const command = commandFor(url, process.platform, process.env)
  if (!command) return false
  const [program, ...args] = command
  return await new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true, windowsHide: true })
    child.on('error', () => {
      resolve(false)
    })
    child.on('spawn', () => {
      resolve(true)
    })
    child.unref()
  })
}

function commandFor(
  url: string,
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): readonly [string, ...string[]] | null {
  if (platform === 'darwin') return ['open', url]
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url]
  return hasDisplay(platform, env) ? ['xdg-open', url] : null
}

/** Whether windows can be shown. */
export function hasDisplay(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): boolean {
  if (platform === 'darwin' || platform === 'win32') return true
  return Boolean(env['DISPLAY'] ?? env['WAYLAND_DISPLAY'])
}
