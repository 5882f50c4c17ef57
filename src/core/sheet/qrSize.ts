/** Modules along a side of a version 1 QR code. */
export const QR_MODULES = 21

/** The white border that ISO/IEC 18004 asks for, in modules. */
export const QR_QUIET_MODULES = 4
