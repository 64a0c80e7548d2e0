/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the program library keeps for one process: its streams, environment,
 * getopt state and every piece of memory malloc gave out.  It hangs from the
 * process (p_udata), is made at the first use and goes when the process
 * exits, however it exits: a killed program leaks nothing.
 *
 * One lock guards it all, since a program may have several threads.
 */
#ifndef _KERNEL_PROGRAM_ULIB_H_
#define _KERNEL_PROGRAM_ULIB_H_

#include <stdio.h>
#include <unistd.h>
#include <sys/queue.h>

struct ulib_block {
	LIST_ENTRY(ulib_block) b_link;
	size_t b_size;
	long b_align[1];	/* the caller's bytes start on 16 */
};

struct env {
	LIST_ENTRY(env) e_link;
	char *e_name, *e_value;
};

struct __sfile {
	LIST_ENTRY(__sfile) f_link;	/* in u_files, once it has a buffer */
	int f_fd;
	unsigned f_flags;
#define SF_LINE	  1		/* a terminal: flush at line ends */
#define SF_NONE	  2		/* stderr: flush always */
#define SF_EOF	  4
#define SF_ERROR  8
#define SF_STATIC 16		/* one of the three, not to be freed */
	size_t f_out;		/* bytes waiting to be written */
	size_t f_in, f_inlen;	/* next byte and end of what was read */
	char *f_buf;		/* BUFSIZ, made at the first use */
};

struct ulib {
	LIST_HEAD(, ulib_block) u_blocks;
	LIST_HEAD(, env) u_env;
	struct __sfile u_std[3];
	LIST_HEAD(, __sfile) u_files;	/* what there is to flush */
	struct __getopt u_getopt;
	void *u_lock;
	int (*u_main)(int, char **);	/* the program's */
};

/*
 * The calling process's library state.
 * Context:   thread of a process, may block (the first time)
 */
struct ulib *ulib(void);
void ulib_lock(struct ulib *u);
void ulib_unlock(struct ulib *u);

/* Memory of no process: for the library's own state. */
void *ulib_kalloc(size_t n);
void ulib_kfree(void *p);

/* Frees all that a process's state holds; called at its exit. */
void ulib_release(struct ulib *u);

/* The caller's environment for a child: its own copies.  0, or ENOMEM. */
int ulib_copy_env(struct ulib *to, struct ulib *from);

#endif /* _KERNEL_PROGRAM_ULIB_H_ */
