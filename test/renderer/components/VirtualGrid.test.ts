import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { createRawSnippet, tick } from 'svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import VirtualGrid from '../../../src/renderer/src/components/VirtualGrid.svelte'

/** The room there is: happy-dom lays nothing out. */
beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600)
})
afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
})

const items = Array.from({ length: 1000 }, (_, i) => i)
const cell = createRawSnippet<[number, number, number]>((item) => ({
  render: () => `<span>image ${item()}</span>`,
}))

const focused = (): string | undefined => (document.activeElement as HTMLElement).dataset['index']

async function key(name: string): Promise<void> {
  await fireEvent.keyDown(document.activeElement!, { key: name })
  await tick()
}

describe('VirtualGrid', () => {
  it('holds a thousand images and draws only those in view', () => {
    const { container } = render(VirtualGrid, {
      label: 'Images',
      items,
      key: (item: number) => item,
      cell,
    })
    const grid = screen.getByRole('grid', { name: 'Images' })
    expect(grid.getAttribute('aria-rowcount')).toBe('200')
    expect(container.querySelectorAll('[role=gridcell]').length).toBeLessThan(60)
    expect(screen.getByText('image 0')).toBeTruthy()
    expect(screen.queryByText('image 500')).toBeNull()
  })

  it('is walked by the keyboard, also to what was not drawn, and opened by Enter', async () => {
    const onopen = vi.fn()
    render(VirtualGrid, { label: 'Images', items, key: (item: number) => item, cell, onopen })
    screen.getAllByRole('gridcell')[0]!.focus()
    await key('ArrowRight')
    expect(focused()).toBe('1')
    await key('ArrowDown')
    expect(focused()).toBe('6')
    await key('End')
    expect(focused()).toBe('999')
    expect(screen.getByText('image 999')).toBeTruthy()
    await key('Enter')
    expect(onopen).toHaveBeenCalledWith(999)
    expect(document.querySelectorAll('[role=gridcell][tabindex="0"]')).toHaveLength(1)
  })

  it('stays inside its items when they become fewer', async () => {
    const { rerender } = render(VirtualGrid, {
      label: 'Images',
      items,
      key: (item: number) => item,
      cell,
      active: 999,
    })
    await rerender({ items: items.slice(0, 3) })
    expect(document.querySelector('[tabindex="0"]')?.getAttribute('data-index')).toBe('2')
  })
})
