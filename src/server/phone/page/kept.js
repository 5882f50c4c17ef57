/* global window */
// Photos that are not with the lab yet, in the browser's own database: a page that is loaded again goes on with them.
;(function () {
  'use strict'
  /** At most so many photos and bytes wait; what is over is not kept. */
  var most = { photos: 200, bytes: 1024 * 1024 * 1024 }
  /** Of all that wait, by id. */
  var sizes = new Map()
  var opened = null

  function database() {
    if (!opened)
      opened = new Promise(function (resolve, reject) {
        var asked = window.indexedDB.open('halftone-photos', 1)
        asked.onupgradeneeded = function () {
          asked.result.createObjectStore('photos', { keyPath: 'id' })
        }
        asked.onsuccess = function () {
          resolve(asked.result)
        }
        asked.onerror = function () {
          reject(asked.error)
        }
      })
    return opened
  }

  /** @param work given the photos' store; returns a request or nothing */
  function within(mode, work) {
    return database().then(function (base) {
      return new Promise(function (resolve, reject) {
        var transaction = base.transaction('photos', mode)
        var asked = work(transaction.objectStore('photos'))
        transaction.oncomplete = function () {
          resolve(asked && asked.result)
        }
        // A full disk ends the transaction, not the request.
        transaction.onabort = transaction.onerror = function () {
          reject(transaction.error || (asked && asked.error))
        }
      })
    })
  }

  function room(id, bytes) {
    var sum = bytes
    var count = 1
    sizes.forEach(function (size, other) {
      if (other === id) return
      sum += size
      count += 1
    })
    return count <= most.photos && sum <= most.bytes
  }

  window.keptPhotos = {
    /** All that wait, of this link and of earlier ones, the oldest first: { id, link, experiment, file, name, at, number } */
    all: function () {
      return within('readonly', function (store) {
        return store.getAll()
      }).then(function (photos) {
        photos.forEach(function (photo) {
          sizes.set(photo.id, photo.file.size)
        })
        return photos.sort(function (a, b) {
          return a.at - b.at || a.number - b.number
        })
      })
    },

    /** Resolves once the photo is on the phone's disk; rejects with the reason, in words, when it is not. */
    keep: function (photo) {
      var full = 'This phone has no more room for photos that wait'
      if (!room(photo.id, photo.file.size)) return Promise.reject(full)
      sizes.set(photo.id, photo.file.size)
      return within('readwrite', function (store) {
        return store.put(photo)
      }).catch(function (error) {
        sizes.delete(photo.id)
        throw error && error.name === 'QuotaExceededError' ? full : 'This browser keeps no photos'
      })
    },

    /** Forgets a photo. Asked for after `keep`, it is done after it. */
    drop: function (id) {
      sizes.delete(id)
      return within('readwrite', function (store) {
        store.delete(id)
      }).catch(function () {
        // Where nothing can be kept there is nothing to forget.
      })
    },
  }
})()
