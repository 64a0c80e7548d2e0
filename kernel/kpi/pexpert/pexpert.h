/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <pexpert/pexpert.h>: the platform: boot arguments, names, the debug
 * console.
 */
#ifndef _PEXPERT_PEXPERT_H_
#define _PEXPERT_PEXPERT_H_

#include <kern/kern_types.h>
#include <sys/cdefs.h>

struct PE_Video {
	unsigned long	v_baseAddr;
	unsigned long	v_rowBytes;
	unsigned long	v_width;
	unsigned long	v_height;
	unsigned long	v_depth;
	unsigned long	v_display;
	char		v_pixelFormat[64];
	unsigned long	v_offset;
	unsigned long	v_length;
	unsigned char	v_rotate;
	unsigned char	v_scale;
	char		reserved1[2];
	long		reserved2;
};
typedef struct PE_Video		PE_Video;

typedef struct PE_state {
	boolean_t	 initialized;
	PE_Video	 video;
	void		*deviceTreeHead;
	void		*bootArgs;
} PE_state_t;

#ifdef KERNEL
__BEGIN_DECLS

/*
 * Writes to the debug console only.
 * Context:   any, interrupt
 */
void kprintf(const char *fmt, ...);

/*
 * Breaks into a debugger when there is one; the cause goes to the log.
 * Context:   any
 */
void PE_enter_debugger(const char *cause);

/*
 * Looks a name up on the kernel's command line; a number is stored in max_arg
 * bytes, other text as a string, a bare name as 1.
 * Returns:   TRUE when it is there, FALSE when not
 * Context:   any
 * Units:     max_arg in bytes
 */
boolean_t PE_parse_boot_argn(const char *arg_string, void *arg_ptr,
    int max_arg);

/*
 * Says what machine this is: a panic's report has it.
 * Context:   any thread
 */
void populate_model_name(char *model_string);

/*
 * The platform as it was at boot.
 */
extern PE_state_t PE_state;

/*
 * Whether a debugger may be used; *flags is set to 0.
 * Returns:   0: there is none
 * Context:   any
 */
uint32_t PE_i_can_has_debugger(uint32_t *flags);

__END_DECLS
#endif /* KERNEL */

#endif /* _PEXPERT_PEXPERT_H_ */
