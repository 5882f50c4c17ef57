import { BrowserWindow, dialog, shell, type OpenDialogOptions } from 'electron'
import { appOrigin } from '#contract/bridge'
import type { PickKind } from '#contract/host'
import { blobPath } from '#contract/wire'
import type { Desktop } from './answers'

const dialogs: Record<PickKind, OpenDialogOptions> = {
  model: {
    title: 'Choose a model',
    properties: ['openFile'],
    filters: [{ name: 'ONNX models', extensions: ['onnx'] }],
  },
  labels: {
    title: 'Choose a file of class names',
    properties: ['openFile'],
    filters: [{ name: 'Class names', extensions: ['txt', 'json', 'csv'] }],
  },
  'image-folder': { title: 'Choose a folder of images', properties: ['openDirectory'] },
  photos: {
    title: 'Choose photos',
    properties: ['openFile', 'multiSelections'],
    filters: [
      { name: 'Photos', extensions: ['jpg', 'jpeg', 'png', 'heic', 'heif', 'webp', 'tif', 'tiff', 'avif'] },
    ],
  },
}

/** Native dialogs, printing and the file manager, over one window. */
export function desktopOf(window: BrowserWindow): Desktop {
  return {
    async pick(kind) {
      const { canceled, filePaths } = await dialog.showOpenDialog(window, dialogs[kind])
      return canceled ? [] : filePaths
    },
    async askWhere(name) {
      const { canceled, filePath } = await dialog.showSaveDialog(window, { defaultPath: name })
      return canceled || filePath === '' ? null : filePath
    },
    async printPdf(ref) {
      // The viewer stays open behind the dialog: what is printed can be seen, and printed again.
      const viewer = new BrowserWindow({
        parent: window,
        width: 900,
        height: 1000,
        title: ref.path,
        autoHideMenuBar: true,
        webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false, plugins: true },
      })
      await viewer.loadURL(`${appOrigin}${blobPath(ref)}`)
      viewer.webContents.print({ silent: false, printBackground: true, margins: { marginType: 'none' } })
    },
    showInFolder(path) {
      shell.showItemInFolder(path)
    },
  }
}
