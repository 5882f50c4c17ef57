import { fork } from 'node:child_process'
import type { Child } from './Child'

/** Starts a built program as a child process of Node. */
export function forkChild<Out extends object, In>(file: string): Child<Out, In> {
  // It must not inherit a debugger's or a test runner's flags, and its native code's chatter is not for the user.
  const child = fork(file, [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let lastWords = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-2000)
  })
  return {
    get pid() {
      return child.pid
    },
    send(message, failed) {
      if (!child.connected) {
        failed('its channel is closed')
        return
      }
      child.send(message, (error) => {
        if (error) failed(error.message)
      })
    },
    onMessage(listener) {
      child.on('message', (message) => {
        listener(message as In)
      })
    },
    onExit(listener) {
      let told = false
      const tell = (how: string): void => {
        if (told) return
        told = true
        listener(how, lastWords)
      }
      child.on('error', (error) => {
        // Told of a process that could not be started; one that could not be sent to or killed is still there.
        if (child.pid === undefined) tell(error.message)
      })
      child.on('exit', (code, signal) => {
        tell(signal ? `ended by ${signal}` : `ended with code ${code}`)
      })
    },
    end() {
      if (child.connected) child.disconnect()
    },
    kill() {
      child.kill('SIGKILL')
    },
  }
}
