/** What photos are called, as far as names tell; the lab looks at what is in them. */
const pictures = /\.(jpe?g|png|heic|heif|tiff?|webp|avif)$/i

/** Whether a file can be a photo: by its type, or by its name where the browser knows no type, as for HEIC. */
export function mayBePhoto({ name, type }: { readonly name: string; readonly type: string }): boolean {
  return type.startsWith('image/') || pictures.test(name)
}

/** Every file of a drop, also of folders in it. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // Entries must be asked for before anything is awaited: afterwards the drop is empty.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry())
  if (entries.every((entry) => entry === null)) return [...transfer.files]
  const found = await Promise.all(entries.map((entry) => (entry ? filesOf(entry) : [])))
  return found.flat()
}

async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    return [
      await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
    ]
  }
  if (!entry.isDirectory) return []
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const children: FileSystemEntry[] = []
  // A reader gives a hundred at a time.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) break
    children.push(...some)
  }
  children.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
  return (await Promise.all(children.map(filesOf))).flat()
}
