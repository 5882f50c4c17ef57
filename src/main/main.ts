import { join } from 'node:path'
import { app, BrowserWindow, dialog, Menu, session, shell } from 'electron'
import { halftoneFolder } from '#node/lab/halftoneFolder'
import { LabProcess } from '#node/lab/LabProcess'
import { pagesFolder } from '#server/pagesFolder'
import { Answers } from './answers'
import { desktopOf } from './desktop'
import { guardNavigation, guardPermissions } from './guards'
import { joinWindow, sendMenu } from './ipc'
import { launchLab } from './launchLab'
import { openMainWindow } from './mainWindow'
import { menuTemplate } from './menu'
import { announceScheme, serveScheme } from './scheme'

/** Where experiments are kept: as given, or in a folder that a person finds. */
const folder = process.env['HALFTONE_FOLDER'] ?? join(app.getPath('documents'), 'Halftone')

announceScheme()
guardNavigation()
// The page and its processes are what is sandboxed; a renderer that is not must not be had by a flag either.
app.enableSandbox()

if (app.requestSingleInstanceLock()) void start()
else app.quit()

async function start(): Promise<void> {
  let window: BrowserWindow | undefined
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  await app.whenReady()
  const lab = new LabProcess({ folder }, { launch: launchLab })
  guardPermissions(session.defaultSession)
  serveScheme(lab, pagesFolder())

  const open = (): void => {
    const opened = openMainWindow()
    window = opened
    const answers = new Answers({
      lab,
      desktop: desktopOf(opened),
      folder,
      uploads: halftoneFolder(folder).uploads,
    })
    joinWindow(opened, lab, answers)
  }
  const remakeMenu = async (): Promise<void> => {
    const list = await lab.send('experiment.list', {})
    const template = menuTemplate(process.platform, list.ok ? list.value : [], {
      send: (command) => {
        if (window) sendMenu(window, command)
      },
      openFolder: () => void shell.openPath(folder),
      about: () => void showAbout(lab),
    })
    Menu.setApplicationMenu(Menu.buildFromTemplate(template))
  }
  lab.listen('changed', () => void remakeMenu())
  open()
  void remakeMenu()

  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) open()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  // The lab writes down what ran before it ends; only then may the app.
  let closed = false
  app.on('will-quit', (event) => {
    if (closed) return
    event.preventDefault()
    void lab.close().finally(() => {
      closed = true
      app.quit()
    })
  })
}

async function showAbout(lab: LabProcess): Promise<void> {
  const about = await lab.send('about', {})
  const versions = process.versions
  const lines = [
    `Electron ${versions['electron'] ?? '?'}, Chromium ${versions['chrome'] ?? '?'}, Node.js ${versions.node}`,
    ...(about.ok
      ? [`ONNX Runtime ${about.value.onnxruntime}`, about.value.cpu, `Experiments: ${about.value.folder}`]
      : [about.message]),
  ]
  await dialog.showMessageBox({
    type: 'none',
    title: 'About Halftone',
    message: `Halftone ${app.getVersion()}`,
    detail: lines.join('\n'),
    buttons: ['Close'],
  })
}
