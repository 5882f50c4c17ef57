import { app, type Session, type WebContents } from 'electron'
import { appOrigin } from '#contract/bridge'

/** Chromium's own PDF viewer, which shows the report and the sheets. */
const pdfViewer = 'chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/'

/** Whether an address is the page's own. */
export function isOwn(url: string): boolean {
  return url === appOrigin || url.startsWith(`${appOrigin}/`)
}

/** The camera's picture for our own page, and nothing else to anyone. */
export function guardPermissions(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, answer, details) => {
    const video = 'mediaTypes' in details && details.mediaTypes?.every((type) => type === 'video') === true
    answer(permission === 'media' && video && isOwn(contents.getURL()))
  })
  session.setPermissionCheckHandler((_, permission, origin, details) => {
    return permission === 'media' && details.mediaType !== 'audio' && isOwn(origin.replace(/\/$/, ''))
  })
  session.setDevicePermissionHandler(() => false)
}

/** No page but ours, in no window but ours, whoever asks. */
export function guardNavigation(): void {
  app.on('web-contents-created', (_, contents: WebContents) => {
    const refuse = (event: { preventDefault(): void; readonly url: string }): void => {
      if (!isOwn(event.url) && !event.url.startsWith(pdfViewer)) event.preventDefault()
    }
    contents.on('will-navigate', refuse)
    contents.on('will-redirect', refuse)
    contents.on('will-frame-navigate', refuse)
    contents.on('will-attach-webview', (event) => {
      event.preventDefault()
    })
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  })
}
