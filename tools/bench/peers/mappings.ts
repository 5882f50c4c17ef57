/**
 * KiB of resident memory that Linux counts more than once: of every part of a file that a process has mapped several times, all but
 * the mapping with the most of it in memory. Pages that were written to are a mapping's own.
 * @param smaps as of `/proc/PID/smaps`
 */
export function countedTwice(smaps: string): number {
  const largest = new Map<string, number>()
  let [sum, resident] = [0, 0]
  let part: string | undefined
  for (const line of smaps.split('\n')) {
    const mapping = /^[0-9a-f]+-[0-9a-f]+ \S+ ([0-9a-f]+) (\S+) (\d+)/.exec(line)
    if (mapping) {
      const [, offset, device, inode] = mapping
      part = inode === '0' ? undefined : `${device} ${inode} ${offset}`
    }
    const field = /^(Rss|Anonymous):\s+(\d+) kB/.exec(line)
    if (!field || part === undefined) continue
    if (field[1] === 'Rss') {
      resident = Number(field[2])
      continue
    }
    const shared = resident - Number(field[2])
    sum += shared
    largest.set(part, Math.max(shared, largest.get(part) ?? 0))
  }
  return sum - [...largest.values()].reduce((all, size) => all + size, 0)
}
