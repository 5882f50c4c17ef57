import { things } from './colours/things'
import { ThingDrawer, thingSize } from './colours/ThingDrawer'
import type { DrawnSet } from './DrawnSet'

/** Ten kinds of things in colour, in the form of CIFAR-10: 32 x 32 RGB, patterned, lit, on varied grounds. */
export const colours: DrawnSet = {
  title: 'things in colour drawn by Halftone',
  picture: 'thing',
  stream: 'colours',
  spec: { channels: 3, height: thingSize, width: thingSize },
  classes: things.map(({ id, name }) => ({ id, name })),
  drawer: () => new ThingDrawer(),
}
