# SPDX-License-Identifier: BSD-2-Clause
KSRCS += $(addprefix drivers/char/,uart16550.c vga_text.c fb_text.c font.c \
	 com2.c)
