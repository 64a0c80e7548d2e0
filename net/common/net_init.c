/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions to run once while the network stack starts (<net/init.h>).  A
 * kext is loaded long after that and gets EALREADY: it calls its function
 * itself.
 */
#include <net/init.h>
#include <sys/errno.h>

#include "kernel/initcall.h"
#include "kernel/sync/lock.h"

#define NET_INIT_MAX	16

static LOCK_GROUP(net_init_grp, "net_init");
static lck_mtx_t net_init_lock = LCK_MTX_INITIALIZER(net_init_lock, net_init_grp);
static net_init_func_ptr net_init_list[NET_INIT_MAX];
static unsigned net_init_count;
static bool net_init_over;

errno_t
net_init_add(net_init_func_ptr fn)
{
	errno_t error = 0;

	if (fn == NULL)
		return (EINVAL);
	lck_mtx_lock(&net_init_lock);
	if (net_init_over)
		error = EALREADY;
	else if (net_init_count == NET_INIT_MAX)
		error = ENOMEM;
	else
		net_init_list[net_init_count++] = fn;
	lck_mtx_unlock(&net_init_lock);
	return (error);
}

static void
net_init_run(void)
{
	lck_mtx_lock(&net_init_lock);
	net_init_over = true;
	lck_mtx_unlock(&net_init_lock);
	for (unsigned i = 0; i < net_init_count; i++)
		net_init_list[i]();
}
INITCALL_ORDER(INIT_NET, 900, net_init_run);
