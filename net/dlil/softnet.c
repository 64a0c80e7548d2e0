/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of sources and one round over it.  The thread itself is in
 * softnet_thread.c; tests on the host call softnet_run_once.
 */
#include "net/dlil/softnet.h"

#include <sys/types.h>

#include "kernel/kassert.h"

struct softnet_source {
	const char	*name;
	softnet_poll_func fn;
	void		*arg;
};

/* Appended to during start-up only, read by one thread. */
static struct softnet_source softnet_sources[SOFTNET_NSOURCES];
static unsigned softnet_nsources;

void
softnet_source(const char *name, softnet_poll_func fn, void *arg)
{
	VERIFY(softnet_nsources < SOFTNET_NSOURCES);
	softnet_sources[softnet_nsources] = (struct softnet_source){
		.name = name, .fn = fn, .arg = arg,
	};
	__atomic_store_n(&softnet_nsources, softnet_nsources + 1,
	    __ATOMIC_RELEASE);
}

uint64_t
softnet_run_once(void)
{
	uint64_t next = SOFTNET_IDLE;
	unsigned n = __atomic_load_n(&softnet_nsources, __ATOMIC_ACQUIRE);

	for (unsigned i = 0; i < n; i++) {
		struct softnet_source *src = &softnet_sources[i];
		uint64_t want = src->fn(src->arg);
		if (want < next)
			next = want;
	}
	return (next);
}
