import type { Drawing } from './Drawing'
import * as information from './designs/information'
import * as mandatory from './designs/mandatory'
import * as prohibitions from './designs/prohibitions'
import * as warnings from './designs/warnings'
import type { SignStyle } from './SignStyle'

export interface SignDesign {
  readonly id: string
  readonly name: string
  readonly draw: (style: SignStyle) => Drawing
}

const limits = [20, 30, 40, 50, 60, 70, 80, 90, 100, 120]

/** All signs. A class's index is its place here: append, never reorder, or trained models lose their labels. */
export const catalogue: readonly SignDesign[] = [
  ...limits.map((limit) => ({
    id: `speed-limit-${limit}`,
    name: `Speed limit ${limit}`,
    draw: prohibitions.speedLimit(limit),
  })),
  { id: 'end-of-limits', name: 'End of all limits', draw: prohibitions.endOfLimits },
  { id: 'stop', name: 'Stop', draw: prohibitions.stop },
  { id: 'yield', name: 'Yield', draw: information.yieldSign },
  { id: 'no-entry', name: 'No entry', draw: prohibitions.noEntry },
  { id: 'no-vehicles', name: 'No vehicles', draw: prohibitions.noVehicles },
  { id: 'no-overtaking', name: 'No overtaking', draw: prohibitions.noOvertaking },
  { id: 'no-lorries', name: 'No lorries', draw: prohibitions.noLorries },
  { id: 'no-parking', name: 'No parking', draw: prohibitions.noParking },
  { id: 'no-stopping', name: 'No stopping', draw: prohibitions.noStopping },
  { id: 'priority-for-oncoming', name: 'Priority for oncoming traffic', draw: prohibitions.oncomingPriority },
  { id: 'priority-road', name: 'Priority road', draw: information.priorityRoad },
  { id: 'right-of-way', name: 'Right of way at the next crossing', draw: warnings.rightOfWay },
  { id: 'ahead-only', name: 'Ahead only', draw: mandatory.aheadOnly },
  { id: 'turn-left-ahead', name: 'Turn left ahead', draw: mandatory.turnLeftAhead },
  { id: 'turn-right-ahead', name: 'Turn right ahead', draw: mandatory.turnRightAhead },
  { id: 'keep-left', name: 'Keep left', draw: mandatory.keepLeft },
  { id: 'keep-right', name: 'Keep right', draw: mandatory.keepRight },
  { id: 'roundabout', name: 'Roundabout', draw: mandatory.roundabout },
  { id: 'general-danger', name: 'General danger', draw: warnings.generalDanger },
  { id: 'pedestrians', name: 'Pedestrians', draw: warnings.pedestrians },
  { id: 'children', name: 'Children', draw: warnings.children },
  { id: 'bicycles', name: 'Bicycles', draw: warnings.bicycles },
  { id: 'curve-left', name: 'Curve to the left', draw: warnings.curveLeft },
  { id: 'curve-right', name: 'Curve to the right', draw: warnings.curveRight },
  { id: 'double-curve', name: 'Double curve', draw: warnings.doubleCurve },
  { id: 'bumpy-road', name: 'Bumpy road', draw: warnings.bumpyRoad },
  { id: 'slippery-road', name: 'Slippery road', draw: warnings.slipperyRoad },
  { id: 'road-narrows', name: 'Road narrows', draw: warnings.roadNarrows },
  { id: 'road-works', name: 'Road works', draw: warnings.roadWorks },
  { id: 'traffic-lights', name: 'Traffic lights', draw: warnings.trafficLights },
  { id: 'wild-animals', name: 'Wild animals', draw: warnings.wildAnimals },
  { id: 'snow-or-ice', name: 'Snow or ice', draw: warnings.snowOrIce },
  { id: 'falling-rocks', name: 'Falling rocks', draw: warnings.fallingRocks },
  { id: 'level-crossing', name: 'Level crossing', draw: warnings.levelCrossing },
  { id: 'pedestrian-crossing', name: 'Pedestrian crossing', draw: information.pedestrianCrossing },
  { id: 'parking', name: 'Parking', draw: information.parking },
  { id: 'hospital', name: 'Hospital', draw: information.hospital },
  { id: 'motorway', name: 'Motorway', draw: information.motorway },
  { id: 'dead-end', name: 'Dead end', draw: information.deadEnd },
  { id: 'one-way', name: 'One-way street', draw: information.oneWay },
]
