/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The framebuffer console's letters: 5 by 7 dots, ASCII 0x20 to 0x7e.
 */
#ifndef DRIVERS_CHAR_FONT_H
#define DRIVERS_CHAR_FONT_H

#include <stdint.h>

#define FONT_ROWS	7
#define FONT_COLS	5

/* Row r of a character: bit 4 is the leftmost dot. */
uint8_t font_row(char c, unsigned r);

#endif
