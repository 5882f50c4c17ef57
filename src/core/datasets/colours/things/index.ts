import type { Thing } from '../Thing'
import { balloon } from './balloon'
import { bird } from './bird'
import { boat } from './boat'
import { butterfly } from './butterfly'
import { car } from './car'
import { fish } from './fish'
import { flower } from './flower'
import { house } from './house'
import { mushroom } from './mushroom'
import { tree } from './tree'

/** A class's label is its place here: append, never reorder, or trained models lose their labels. */
export const things: readonly Thing[] = [
  balloon,
  bird,
  boat,
  butterfly,
  car,
  fish,
  flower,
  house,
  mushroom,
  tree,
]
