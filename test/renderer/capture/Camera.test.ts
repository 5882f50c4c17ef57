import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Camera } from '#renderer/pages/capture/camera/Camera.svelte'
import { recallCamera } from '#renderer/pages/capture/camera/remembered'

class FakeTrack extends EventTarget {
  stopped = false
  readonly device: string
  readonly size: { width: number; height: number }

  constructor(device: string, size: { width: number; height: number }) {
    super()
    this.device = device
    this.size = size
  }

  stop(): void {
    this.stopped = true
  }

  getSettings(): MediaTrackSettings {
    return { deviceId: this.device, ...this.size }
  }
}

/** A browser with cameras that can be plugged and unplugged, and that fails when told to. */
class FakeMedia extends EventTarget {
  devices = ['front', 'desk']
  failure: Error | null = null
  readonly tracks: FakeTrack[] = []
  readonly asked: MediaTrackConstraints[] = []

  getUserMedia({ video }: { video: MediaTrackConstraints }): Promise<MediaStream> {
    this.asked.push(video)
    if (this.failure) return Promise.reject(this.failure)
    const exact = (video.deviceId as { exact?: string } | undefined)?.exact
    const device = exact ?? this.devices[0]
    if (device === undefined) return Promise.reject(named('NotFoundError'))
    if (!this.devices.includes(device)) return Promise.reject(named('OverconstrainedError'))
    const track = new FakeTrack(device, { width: 1280, height: 720 })
    this.tracks.push(track)
    return Promise.resolve({
      getVideoTracks: () => [track],
      getTracks: () => [track],
    } as unknown as MediaStream)
  }

  enumerateDevices(): Promise<MediaDeviceInfo[]> {
    const list = this.devices.map((deviceId) => ({ deviceId, kind: 'videoinput', label: '' }))
    return Promise.resolve(list as MediaDeviceInfo[])
  }

  plug(devices: string[]): void {
    this.devices = devices
    this.dispatchEvent(new Event('devicechange'))
  }
}

function named(name: string, message = name): Error {
  return Object.assign(new Error(message), { name })
}

let media: FakeMedia
let permission: PermissionState | null
const browser = (with_ = true) => ({
  media: with_ ? (media as unknown as MediaDevices) : undefined,
  storage: localStorage,
  permission: () => Promise.resolve(permission),
})

beforeEach(() => {
  localStorage.clear()
  media = new FakeMedia()
  permission = 'granted'
})

describe('Camera', () => {
  it('starts, says what it gives, and remembers what was chosen', async () => {
    const camera = new Camera(browser())
    await camera.start()
    expect(camera.state).toBe('live')
    expect(camera.size).toEqual({ width: 1280, height: 720 })
    expect(camera.devices).toEqual([
      { id: 'front', label: 'Camera 1' },
      { id: 'desk', label: 'Camera 2' },
    ])
    await camera.choose({ device: 'desk', lines: 2160 })
    expect(media.tracks.map(({ device, stopped }) => [device, stopped])).toEqual([
      ['front', true],
      ['desk', false],
    ])
    expect(media.asked.at(-1)).toMatchObject({ width: { ideal: 3840 }, deviceId: { exact: 'desk' } })
    expect(new Camera(browser()).choice).toMatchObject({ device: 'desk', lines: 2160, on: true })
  })

  it('comes back by itself only when it was on and the browser need not ask', async () => {
    const first = new Camera(browser())
    await first.resume()
    expect(first.state).toBe('off')
    await first.start()
    first.close()
    permission = 'prompt'
    const second = new Camera(browser())
    await second.resume()
    expect(second.state).toBe('off')
    permission = 'granted'
    await second.resume()
    expect(second.state).toBe('live')
    second.stop()
    expect(media.tracks.every(({ stopped }) => stopped)).toBe(true)
    expect(recallCamera(localStorage).on).toBe(false)
  })

  it('takes another camera when the remembered one is not there', async () => {
    const camera = new Camera(browser())
    camera.remember({ device: 'gone' })
    await camera.start()
    expect(camera.state).toBe('live')
    expect(media.tracks[0]!.device).toBe('front')
  })

  it('says why there is no picture', async () => {
    const camera = new Camera(browser())
    media.failure = named('NotAllowedError', 'Permission denied')
    await camera.start()
    expect([camera.state, camera.problem]).toEqual(['problem', 'refused'])
    media.failure = named('NotReadableError', 'Could not start video source')
    await camera.start()
    expect(camera.problem).toBe('busy')
    expect(camera.detail).toBe('Could not start video source')
    media.failure = null
    await camera.start()
    expect([camera.state, camera.problem]).toEqual(['live', null])
    expect(new Camera(browser(false)).problem).toBe('insecure')
  })

  it('goes on when it is plugged in again, and when one is plugged in where there was none', async () => {
    const camera = new Camera(browser())
    camera.remember({ device: 'desk' })
    await camera.start()
    media.devices = ['front']
    media.tracks[0]!.dispatchEvent(new Event('ended'))
    expect([camera.problem, camera.stream]).toEqual(['unplugged', null])
    media.plug(['front'])
    await new Promise((resolve) => setTimeout(resolve))
    expect(camera.state).toBe('problem')
    media.plug(['front', 'desk'])
    await vi.waitFor(() => expect(camera.state).toBe('live'))
    expect(media.tracks.at(-1)!.device).toBe('desk')

    media.devices = []
    const none = new Camera(browser())
    none.remember({ device: null })
    await none.start()
    expect(none.problem).toBe('missing')
    media.plug(['front'])
    await vi.waitFor(() => expect(none.state).toBe('live'))
  })

  it('gives back a camera that comes after it was stopped', async () => {
    const camera = new Camera(browser())
    const starting = camera.start()
    camera.stop()
    await starting
    expect(camera.state).toBe('off')
    expect(media.tracks[0]!.stopped).toBe(true)
  })

  it('is not disturbed by what else was stored', () => {
    for (const stored of ['nonsense', '[]', 'null', '{"lines": 999, "device": 7}']) {
      localStorage.setItem('halftone.camera', stored)
      expect(recallCamera(localStorage)).toMatchObject({ device: null, lines: 1080, auto: true })
    }
  })
})
