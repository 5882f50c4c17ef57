import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron'
import { channels, type Bridge } from '#contract/bridge'

/** Listens on one channel, and returns the function that ends it. */
function on<A extends unknown[]>(channel: string, listener: (...values: A) => void): () => void {
  const relay = (_: IpcRendererEvent, ...values: unknown[]): void => {
    listener(...(values as A))
  }
  ipcRenderer.on(channel, relay)
  return () => {
    ipcRenderer.off(channel, relay)
  }
}

const bridge: Bridge = {
  send: (name, input) => ipcRenderer.invoke(channels.send, name, input),
  onEvent: (listener) => on(channels.event, listener),
  onConnection(listener) {
    void ipcRenderer.invoke(channels.connectionNow).then(listener)
    return on(channels.connection, listener)
  },
  onMenu: (listener) => on(channels.menu, listener),
  pathOf: (file) => webUtils.getPathForFile(file as File),
  upload: (files) => ipcRenderer.invoke(channels.upload, files),
  pick: (kind) => ipcRenderer.invoke(channels.pick, kind),
  save: (experiment, path, name) => ipcRenderer.invoke(channels.save, experiment, path, name),
  print: (experiment, path) => ipcRenderer.invoke(channels.print, experiment, path),
  reveal: (experiment) => ipcRenderer.invoke(channels.reveal, experiment),
}

contextBridge.exposeInMainWorld('halftone', bridge)
