import { ipcMain, type BrowserWindow, type IpcMainInvokeEvent } from 'electron'
import { channels } from '#contract/bridge'
import { eventNames } from '#contract/events'
import type { Connection, MenuCommand } from '#contract/host'
import type { LabClient } from '#node/lab/LabClient'
import type { Answers } from './answers'
import { isOwn } from './guards'

/** Joins a window to the lab: its questions are answered, the lab's events go to it. Ends with the window. */
export function joinWindow(window: BrowserWindow, lab: LabClient, answers: Answers): void {
  const handle = (channel: string, answer: (...values: unknown[]) => unknown): void => {
    ipcMain.removeHandler(channel)
    ipcMain.handle(channel, (event: IpcMainInvokeEvent, ...values: unknown[]) => {
      if (!event.senderFrame || !isOwn(event.senderFrame.url)) throw new Error('Refused.')
      return answer(...values)
    })
  }
  const state = (): Connection => (lab.state === 'running' ? 'connected' : 'lost')
  handle(channels.send, (name, input) => answers.send(name, input))
  handle(channels.connectionNow, state)
  handle(channels.upload, (files) => answers.upload(files))
  handle(channels.pick, (kind) => answers.pick(kind))
  handle(channels.save, (experiment, path, name) => answers.save(experiment, path, name))
  handle(channels.print, (experiment, path) => answers.print(experiment, path))
  handle(channels.reveal, (experiment) => answers.reveal(experiment))

  const tell = (channel: string, ...values: unknown[]): void => {
    if (!window.isDestroyed()) window.webContents.send(channel, ...values)
  }
  const ends = eventNames.map((name) =>
    lab.listen(name, (value: unknown) => {
      tell(channels.event, name, value)
    }),
  )
  ends.push(
    lab.watch(() => {
      tell(channels.connection, state())
    }),
  )
  window.once('closed', () => {
    for (const end of ends) end()
  })
}

/** Tells the page what was chosen in a menu. */
export function sendMenu(window: BrowserWindow, command: MenuCommand): void {
  if (!window.isDestroyed()) window.webContents.send(channels.menu, command)
}
