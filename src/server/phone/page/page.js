/* global document, window */
// The phone's page. As browsers of 2018 know JavaScript, and over plain HTTP: no modules, no service worker, no wake lock.
;(function () {
  'use strict'
  var element = function (id) {
    return document.getElementById(id)
  }
  var status = element('status')
  var list = element('photos')
  var kept = window.keptPhotos
  var request = window.phoneRequest
  /** The link, for the phone: photos wait for the lab that they were taken for. */
  var link = window.location.pathname
  /** Photos of this page, in order: { id, file, row, state, sent, tries, stuck, kept } */
  var photos = []
  var sending = false
  var ended = false
  var lost = false
  var wake = null
  var progress = null
  /** Why photos cannot be kept; null while they can. */
  var unkept = null

  function end(message) {
    ended = true
    element('actions').hidden = true
    var left = photos.filter(function (photo) {
      // Nothing is tried again by itself now.
      if (!photo.sent && !isDone(photo)) show(photo, 'waiting', 0)
      return photo.kept && !photo.sent
    }).length
    say(message || 'The lab has closed this page.', true)
    if (left > 0)
      say(status.textContent + ' What was not sent (' + left + ') is kept for the next link.', true)
  }

  function say(text, bad) {
    if (status.textContent !== text) status.textContent = text
    status.className = bad ? 'bad' : ''
  }

  function newId() {
    return Array.from(window.crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return ('0' + byte.toString(16)).slice(-2)
    }).join('')
  }

  function add(files) {
    Array.from(files).forEach(function (file) {
      var photo = enter(newId(), file, file.name)
      keep(photo, {
        id: photo.id,
        link: link,
        experiment: element('experiment').textContent,
        file: file,
        name: file.name,
        at: Date.now(),
        number: photos.length,
      })
    })
    pump()
  }

  function keep(photo, record) {
    kept.keep(record).then(
      function () {
        photo.kept = true
        tellUnkept()
      },
      function (reason) {
        photo.kept = false
        unkept = reason
        tellUnkept()
      },
    )
  }

  function enter(id, file, name) {
    var row = document.createElement('li')
    row.innerHTML =
      '<div><strong></strong><span></span></div><progress max="1" value="0"></progress><p hidden></p>'
    row.querySelector('span').textContent = 'Photo ' + (photos.length + 1)
    list.insertBefore(row, list.firstChild)
    var photo = {
      id: id,
      file: file,
      name: name,
      row: row,
      state: 'waiting',
      sent: false,
      tries: 0,
      stuck: 0,
    }
    photos.push(photo)
    show(photo, 'waiting', 0)
    return photo
  }

  /** Goes on with the photos of this link, and asks about those of earlier ones: they may be another experiment's. */
  function goOn(then) {
    kept.all().then(
      function (all) {
        var earlier = []
        all.forEach(function (each) {
          if (each.link === link) goOnWith(each)
          else earlier.push(each)
        })
        window.askAboutEarlier(earlier, {
          send: function () {
            earlier.forEach(function (each) {
              each.link = link
              keep(goOnWith(each), each)
            })
            pump()
          },
          discard: function () {
            earlier.forEach(function (each) {
              kept.drop(each.id)
            })
          },
        })
        then()
      },
      // Whether photos can be kept shows when the first is.
      then,
    )
  }

  function goOnWith(each) {
    var photo = enter(each.id, each.file, each.name)
    photo.kept = true
    // The lab may have a part of it, or all.
    photo.tries = 1
    return photo
  }

  function isAtRisk(photo) {
    return !photo.kept && !photo.sent && !isDone(photo)
  }

  function tellUnkept() {
    var risk = photos.filter(isAtRisk).length
    element('unkept').hidden = !unkept || risk === 0
    if (unkept)
      element('unkept').textContent =
        unkept +
        ': leave this page open until all are sent, or ' +
        (risk === 1 ? 'one is' : risk + ' are') +
        ' lost.'
  }

  var words = {
    waiting: 'Waiting to be sent',
    sending: 'Sending',
    reading: 'Sent, being read',
    refused: 'Not read',
  }

  function show(photo, state, share, sheets, reason) {
    photo.state = state
    var title = words[state] || ''
    if (state === 'sending') title += ' ' + Math.floor(share * 100) + ' %'
    if (state === 'read') title = (sheets.length > 1 ? 'Sheets ' : 'Sheet ') + sheets.join(', ') + ' read'
    var bar = photo.row.querySelector('progress')
    var note = photo.row.querySelector('p')
    photo.row.className = state
    photo.row.querySelector('strong').textContent = title
    bar.hidden = state === 'read' || state === 'refused'
    if (state === 'reading') bar.removeAttribute('value')
    else bar.value = share
    note.textContent = reason || ''
    note.hidden = !reason
    tellUnkept()
  }

  function isDone(photo) {
    return photo.state === 'read' || photo.state === 'refused'
  }

  function pump() {
    if (sending || ended) return
    var next = photos.find(function (photo) {
      return !photo.sent && !isDone(photo)
    })
    if (!next) return
    sending = true
    if (next.tries === 0) send(next, 0)
    else
      look(function (known) {
        var here = known && known[next.id]
        if (!known) again(next, false)
        else if (here && here.state !== 'arriving') over(next)
        else send(next, here ? here.received : 0)
      })
  }

  function send(photo, from) {
    var path =
      'photo/' +
      photo.id +
      '?from=' +
      from +
      '&size=' +
      photo.file.size +
      '&name=' +
      encodeURIComponent(photo.name)
    var moved = 0
    show(photo, 'sending', from / photo.file.size)
    request(
      'PUT',
      path,
      from > 0 ? photo.file.slice(from) : photo.file,
      function (code, answer) {
        if (code === 200) over(photo)
        else if (code === 403 || code === 404) end(answer.message)
        else if (code === 0 || code === 400 || code >= 500)
          again(photo, moved === 0, code === 0 ? '' : answer.message)
        else refuse(photo, answer.message)
      },
      function (bytes) {
        moved = bytes
        show(photo, 'sending', Math.min(1, (from + bytes) / photo.file.size))
      },
    )
  }

  function over(photo) {
    photo.sent = true
    // The lab has it whole.
    kept.drop(photo.id)
    sending = false
    lost = false
    show(photo, 'reading', 1)
    look()
    pump()
  }

  function refuse(photo, reason) {
    sending = false
    show(photo, 'refused', 0, [], reason)
    pump()
  }

  /** Tries again later, or at once when the network comes back. */
  function again(photo, unmoved, reason) {
    photo.tries += 1
    photo.stuck = unmoved ? photo.stuck + 1 : 0
    if (photo.stuck > 6) {
      refuse(
        photo,
        reason || 'The phone cannot send this photo. Open the page again to try once more, or take it again.',
      )
      return
    }
    show(photo, 'waiting', 0, [], reason || 'The connection was lost; it is tried again by itself.')
    var timer = window.setTimeout(go, Math.min(8000, 500 * Math.pow(2, Math.min(5, photo.tries))))
    wake = go
    function go() {
      window.clearTimeout(timer)
      wake = null
      sending = false
      pump()
    }
  }

  /** Asks what came of the photos. @param then given them by id; null when nobody answered */
  function look(then) {
    request('GET', 'state', null, function (code, answer) {
      if (code === 403 || code === 404) {
        end(answer.message)
        return
      }
      lost = code !== 200
      var known = {}
      if (!lost) {
        element('experiment').textContent = answer.experiment
        progress = answer.captured
        answer.photos.forEach(function (each) {
          known[each.id] = each
        })
        photos.forEach(function (photo) {
          var each = known[photo.id]
          if (each && photo.sent && each.state !== 'arriving')
            show(photo, each.state, 1, each.sheets, each.reason)
        })
      }
      tell()
      if (then) then(lost ? null : known)
    })
  }

  function tell() {
    if (ended) return
    if (lost) say('No connection to the lab. It is tried again by itself.', true)
    else if (!progress) say('Ready')
    else if (progress.captured >= progress.sheets) say('All ' + progress.sheets + ' sheets are read')
    else say(progress.captured + ' of ' + progress.sheets + ' sheets are read')
  }

  function keepLooking() {
    if (ended) return
    var open = photos.some(function (photo) {
      return photo.sent && !isDone(photo)
    })
    window.setTimeout(
      function () {
        if (document.hidden && !open) keepLooking()
        else look(keepLooking)
      },
      open ? 700 : 5000,
    )
  }

  ;['camera', 'library'].forEach(function (id) {
    var input = element(id)
    input.addEventListener('change', function () {
      add(input.files)
      // So that the same photo can be chosen again.
      input.value = ''
    })
  })
  window.addEventListener('online', function () {
    if (wake) wake()
  })
  window.addEventListener('beforeunload', function (event) {
    if (ended || !photos.some(isAtRisk)) return
    event.preventDefault()
    event.returnValue = ''
  })

  function pair() {
    request('POST', 'pair', null, function (code, answer) {
      if (code === 204) {
        element('actions').hidden = false
        goOn(function () {
          look(keepLooking)
          pump()
        })
      } else if (code === 0 || code >= 500) {
        say('The lab cannot be reached. It is tried again by itself.', true)
        window.setTimeout(pair, 2000)
      } else end(answer.message)
    })
  }
  pair()
})()
