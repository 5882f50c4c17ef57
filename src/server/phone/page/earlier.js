/* global document, window */
// Photos that an earlier link left behind may be another experiment's: the person with the phone says what becomes of them.
;(function () {
  'use strict'
  var box = document.getElementById('earlier')

  function named(photos) {
    var names = photos
      .map(function (photo) {
        return photo.experiment
      })
      .filter(function (name, i, all) {
        return name && all.indexOf(name) === i
      })
    return names.length > 0 ? ' (for ' + names.join(', ') + ')' : ''
  }

  /** @param then one of its two functions, `send` and `discard`, is called when the person has chosen */
  window.askAboutEarlier = function (photos, then) {
    var one = photos.length === 1
    box.hidden = photos.length === 0
    box.querySelector('p').textContent =
      (one ? '1 photo was' : photos.length + ' photos were') +
      ' not sent by an earlier link' +
      named(photos) +
      '.'
    var send = document.getElementById('send')
    var discard = document.getElementById('discard')
    var sure = false
    send.textContent = one ? 'Send it' : 'Send them'
    discard.textContent = one ? 'Discard it' : 'Discard them'
    send.onclick = function () {
      box.hidden = true
      then.send()
    }
    // They may be nowhere else: a camera that a page opens puts no photo into the phone's album.
    discard.onclick = function () {
      box.hidden = sure
      if (sure) then.discard()
      sure = true
      discard.textContent = 'Tap again to discard for good'
    }
  }
})()
