/* global window, XMLHttpRequest */
// What the page asks of the lab, and how it notices that nobody answers.
;(function () {
  'use strict'
  /** In ms. */
  var silence = 20000

  /** @param done given the status (0 when nobody answered) and what was answered */
  window.phoneRequest = function (method, path, body, done, onProgress) {
    var call = new XMLHttpRequest()
    var watch = null
    var listen = function () {
      window.clearTimeout(watch)
      // A phone that leaves the Wi-Fi is told nothing for minutes.
      watch = window.setTimeout(function () {
        call.abort()
      }, silence)
    }
    call.open(method, path)
    if (method !== 'GET') call.setRequestHeader('x-halftone', 'phone')
    if (onProgress) {
      call.upload.onprogress = function (event) {
        listen()
        onProgress(event.loaded)
      }
    }
    call.onloadend = function () {
      window.clearTimeout(watch)
      var text = call.responseText
      done(call.status, text.charAt(0) === '{' ? JSON.parse(text) : { message: text })
    }
    listen()
    call.send(body)
  }
})()
