/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs as the kernel starts them: built in (COMMAND) or from a file,
 * through the loader that kernel/kext registers.
 */
#ifndef _KERNEL_PROGRAM_PROGRAM_H_
#define _KERNEL_PROGRAM_PROGRAM_H_

#include <sys/types.h>

struct kext;
struct proc;
struct spawn_attr;

struct program {
	int (*pr_main)(int argc, char **argv);
	struct kext *pr_module;		/* what keeps the text in memory */
	void (*pr_done)(struct kext *);	/* gives it back; called once */
};

/*
 * Registers who loads program files: 0, or ENOENT, ENOEXEC, ENOMEM.
 * Context:   boot
 */
void program_set_loader(errno_t (*loader)(const char *path,
    struct program *out));

/*
 * Starts a built-in command or a program file as a process; what it shares
 * with the caller is in sa (kernel/proc/proc.h).
 *
 * Returns:   0 with a reference in *out (may be NULL), ENOENT, ENOEXEC,
 *            EAGAIN, ENOMEM
 * Context:   thread, may block
 */
errno_t program_spawn(const char *name, char *const argv[],
    struct spawn_attr *sa, struct proc **out);

#endif /* _KERNEL_PROGRAM_PROGRAM_H_ */
