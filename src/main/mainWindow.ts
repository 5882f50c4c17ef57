import { join } from 'node:path'
import { app, BrowserWindow, nativeTheme, screen } from 'electron'
import { appOrigin } from '#contract/bridge'
import { builtFile } from '#node/process/builtFile'
import { readState, usableState, writeState } from './windowState'

/** The lab's window: a sandboxed page without Node, where and as large as it was last time. */
export function openMainWindow(): BrowserWindow {
  const file = join(app.getPath('userData'), 'window.json')
  const screens = screen.getAllDisplays().map(({ workArea }) => workArea)
  const { maximized, ...bounds } = usableState(readState(file), screens)
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 900,
    minHeight: 600,
    show: false,
    title: 'Halftone',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#141618' : '#f5f5f2',
    webPreferences: {
      preload: builtFile('preload/preload.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // The report is shown by the browser's own PDF viewer.
      plugins: true,
      spellcheck: false,
    },
  })
  if (maximized) window.maximize()
  window.once('ready-to-show', () => {
    window.show()
  })
  window.on('close', () => {
    writeState(file, { ...window.getNormalBounds(), maximized: window.isMaximized() })
  })
  void window.loadURL(`${appOrigin}/`)
  return window
}
