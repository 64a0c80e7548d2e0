/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VGA text console, 80 by 25, as the BIOS left it.
 *
 * Text memory holds eight screens.  Scrolling moves the screen's start down
 * one line; only when the end is reached is one screen copied back to the
 * start, from a copy in ordinary memory, because reading device memory is
 * slow.
 */
#include <string.h>
#include <sys/systm.h>

#include "arch/x86_64/io.h"
#include "kernel/bootinfo.h"
#include "kernel/console/console.h"
#include "kernel/initcall.h"

#define COLS		80
#define ROWS		25
#define MEM_PA		0xb8000
#define MEM_SIZE	0x8000
#define MEM_ROWS	(MEM_SIZE / (COLS * 2))
#define ATTR		0x0700		/* light grey on black */

#define CRTC_INDEX	0x3d4
#define CRTC_DATA	0x3d5
#define CRTC_START_HI	0x0c
#define CRTC_CURSOR_HI	0x0e

static volatile uint16_t *mem;
static uint16_t copy[ROWS][COLS];	/* what is on the screen */
static unsigned top;			/* row of memory shown first */
static unsigned row, col;

static void
crtc_write16(uint8_t hi, unsigned v)
{
	outb(CRTC_INDEX, hi);
	outb(CRTC_DATA, (uint8_t)(v >> 8));
	outb(CRTC_INDEX, hi + 1);
	outb(CRTC_DATA, (uint8_t)v);
}

static void
put_cell(unsigned r, unsigned c, uint16_t v)
{
	copy[r][c] = v;
	mem[(top + r) * COLS + c] = v;
}

static void
scroll(void)
{
	unsigned r, c;

	memmove(copy[0], copy[1], sizeof(copy) - sizeof(copy[0]));
	for (c = 0; c < COLS; c++)
		copy[ROWS - 1][c] = ATTR | ' ';
	if (top + ROWS < MEM_ROWS) {
		top++;
		for (c = 0; c < COLS; c++)
			mem[(top + ROWS - 1) * COLS + c] = ATTR | ' ';
	} else {
		top = 0;
		for (r = 0; r < ROWS; r++)
			for (c = 0; c < COLS; c++)
				mem[r * COLS + c] = copy[r][c];
	}
	crtc_write16(CRTC_START_HI, top * COLS);
}

static void
put_char(char ch)
{
	switch (ch) {
	case '\r':
		col = 0;
		return;
	case '\n':
		if (++row == ROWS) {
			row--;
			scroll();
		}
		return;
	case '\b':
		col -= col > 0;
		return;
	}
	if ((unsigned char)ch < ' ')
		return;
	if (col == COLS) {
		put_char('\r');
		put_char('\n');
	}
	put_cell(row, col++, (uint16_t)(ATTR | (unsigned char)ch));
}

static void
vga_write(struct console_dev *d, const char *buf, size_t len)
{
	static struct console_escape esc;
	size_t i;

	for (i = 0; i < len; i++) {
		if (!console_escape_eat(&esc, buf[i]))
			put_char(buf[i]);
	}
	crtc_write16(CRTC_CURSOR_HI,
	    (top + row) * COLS + (col < COLS ? col : COLS - 1));
}

static struct console_dev vga = {
	.cd_name = "vga", .cd_write = vga_write,
};

static void
vga_init(void)
{
	unsigned r, c;

	if (!boot_info.vga_text)
		return;
	mem = mmio_map(MEM_PA, MEM_SIZE);
	if (mem == NULL)
		return;
	/* nothing there reads as all ones */
	mem[0] = ATTR | 'U';
	if (mem[0] != (ATTR | 'U')) {
		mmio_unmap((void *)(uintptr_t)mem, MEM_SIZE);
		return;
	}
	for (r = 0; r < ROWS; r++)
		for (c = 0; c < COLS; c++)
			put_cell(r, c, ATTR | ' ');
	crtc_write16(CRTC_START_HI, 0);
	console_register(&vga);
}
INITCALL(INIT_MM, vga_init);
