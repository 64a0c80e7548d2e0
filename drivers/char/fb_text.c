/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text on a linear framebuffer of 32-bit pixels, for machines whose firmware
 * left a graphics mode on (UEFI).
 *
 * Cells are 8 by 16 pixels.  A copy of the text in ordinary memory says what
 * is shown; scrolling moves several lines at once and redraws only the cells
 * that differ, because the framebuffer is large and slow.
 */
#include <string.h>
#include <sys/malloc.h>
#include <sys/systm.h>

#include "arch/x86_64/io.h"
#include "drivers/char/font.h"
#include "kernel/bootinfo.h"
#include "kernel/console/console.h"
#include "kernel/initcall.h"
#include "kernel/mm/kmem.h"

#define CELL_W		8
#define CELL_H		16
#define COLOR_ON	0x00c0c0c0u
#define COLOR_OFF	0x00000000u
#define SCROLL_LINES	4

static volatile uint32_t *fb;
static unsigned stride;			/* pixels from row to row */
static unsigned cols, rows, row, col;
static char *cells;			/* rows * cols */

static void
draw(unsigned r, unsigned c, char ch)
{
	volatile uint32_t *p = fb + (size_t)r * CELL_H * stride + c * CELL_W;
	unsigned y, x;
	uint8_t bits;

	for (y = 0; y < CELL_H; y++, p += stride) {
		/* each row of dots is two pixels high, one above, one below */
		bits = y == 0 || y == CELL_H - 1 ? 0 :
		    font_row(ch, (y - 1) / 2);
		for (x = 0; x < CELL_W; x++)
			p[x] = x >= 1 && x <= FONT_COLS &&
			    bits & 1u << (FONT_COLS - x) ? COLOR_ON : COLOR_OFF;
	}
}

static void
set_cell(unsigned r, unsigned c, char ch)
{
	char *cell = &cells[r * cols + c];

	if (*cell != ch) {
		*cell = ch;
		draw(r, c, ch);
	}
}

static void
scroll(void)
{
	unsigned r, c;

	for (r = 0; r < rows; r++)
		for (c = 0; c < cols; c++)
			set_cell(r, c, r + SCROLL_LINES < rows ?
			    cells[(r + SCROLL_LINES) * cols + c] : ' ');
	row -= SCROLL_LINES;
}

static void
put_char(char ch)
{
	switch (ch) {
	case '\r':
		col = 0;
		return;
	case '\n':
		if (++row == rows)
			scroll();
		return;
	case '\b':
		col -= col > 0;
		return;
	}
	if ((unsigned char)ch < ' ')
		return;
	if (col == cols) {
		put_char('\r');
		put_char('\n');
	}
	set_cell(row, col++, ch);
}

static void
fb_write(struct console_dev *d, const char *buf, size_t len)
{
	static struct console_escape esc;
	size_t i;

	for (i = 0; i < len; i++) {
		if (!console_escape_eat(&esc, buf[i]))
			put_char(buf[i]);
	}
}

static struct console_dev fb_console = {
	.cd_name = "fb", .cd_write = fb_write,
};

static void
fb_init(void)
{
	size_t size = (size_t)boot_info.fb_pitch * boot_info.fb_height, i;

	if (boot_info.fb_pa == 0)
		return;
	cols = boot_info.fb_width / CELL_W;
	rows = boot_info.fb_height / CELL_H;
	stride = boot_info.fb_pitch / 4;
	if (rows <= SCROLL_LINES || cols == 0 || stride < boot_info.fb_width)
		return;
	cells = kmalloc((size_t)rows * cols, M_NOWAIT);
	if (cells == NULL)
		return;
	fb = mmio_map(boot_info.fb_pa, size);
	if (fb == NULL) {
		kfree(cells);
		return;
	}
	memset(cells, ' ', (size_t)rows * cols);
	for (i = 0; i < size / 4; i++)
		fb[i] = COLOR_OFF;
	console_register(&fb_console);
}
INITCALL(INIT_MM, fb_init);
