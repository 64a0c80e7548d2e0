/*
 *  era.c - a socket filter the way they were written for 10.4: start and stop
 *  are named in the project, nothing here says what the module is called.
 */
#include <mach/mach_types.h>
#include <sys/systm.h>
#include <sys/mbuf.h>
#include <sys/socket.h>
#include <sys/socketvar.h>
#include <sys/protosw.h>
#include <sys/domain.h>
#include <sys/kpi_mbuf.h>
#include <sys/kpi_socket.h>
#include <sys/kpi_socketfilter.h>
#include <sys/malloc.h>
#include <sys/proc.h>
#include <netinet/in.h>
#include <kern/assert.h>
#include <kern/debug.h>
#include <libkern/OSAtomic.h>
#include <libkern/OSMalloc.h>
#include "era.h"

#define ERA_HANDLE 0x45526134	/* 'ERa4' */

static OSMallocTag		tag;
static lck_grp_t		*grp = NULL;
static lck_mtx_t		*mtx = NULL;
static boolean_t		registered = FALSE, done = FALSE;

struct per_socket {
	socket_t	so;
	u_int32_t	magic;
};

static void
unregistered_fn(sflt_handle handle)
{
	done = TRUE;
}

static errno_t
attach_fn(void **cookie, socket_t so)
{
	struct per_socket *ps = OSMalloc(sizeof *ps, tag);

	if (!ps)
		return ENOBUFS;
	ps->so = so;
	ps->magic = 0xfeed;
	*cookie = ps;
	lck_mtx_lock(mtx);
	era_stats.attached++;
	lck_mtx_unlock(mtx);
	return 0;
}

static void
detach_fn(void *cookie, socket_t so)
{
	struct per_socket *ps = cookie;

	assert(ps->magic == 0xfeed);
	OSFree(ps, sizeof *ps, tag);
	lck_mtx_lock(mtx);
	era_stats.detached++;
	lck_mtx_unlock(mtx);
}

static errno_t
data_in_fn(void *cookie, socket_t so, const struct sockaddr *from,
    mbuf_t *data, mbuf_t *control, sflt_data_flag_t flags)
{
	if (data && *data)
		era_count(&era_stats.in, *data);
	return 0;
}

static errno_t
data_out_fn(void *cookie, socket_t so, const struct sockaddr *to,
    mbuf_t *data, mbuf_t *control, sflt_data_flag_t flags)
{
	if (data && *data)
		era_count(&era_stats.out, *data);
	return 0;
}

static struct sflt_filter filter = {
	ERA_HANDLE,
	SFLT_GLOBAL,
	"com.example.nke.era104",
	unregistered_fn,
	attach_fn,
	detach_fn,
	NULL,
	NULL,
	NULL,
	data_in_fn,
	data_out_fn,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL,
	NULL
};

__private_extern__ kern_return_t
era_start(kmod_info_t *ki, void *data)
{
	tag = OSMalloc_Tagalloc("com.example.nke.era104", OSMT_DEFAULT);
	grp = lck_grp_alloc_init("era104", LCK_GRP_ATTR_NULL);
	mtx = lck_mtx_alloc_init(grp, LCK_ATTR_NULL);
	if (!tag || !mtx)
		return KERN_FAILURE;
	if (sflt_register(&filter, PF_INET, SOCK_STREAM, IPPROTO_TCP))
		return KERN_FAILURE;
	registered = TRUE;
	printf("era104: start %s %s\n", ki->name, ki->version);
	return KERN_SUCCESS;
}

__private_extern__ kern_return_t
era_stop(kmod_info_t *ki, void *data)
{
	if (registered) {
		sflt_unregister(ERA_HANDLE);
		registered = FALSE;
	}
	if (!done)
		return KERN_FAILURE;
	printf("era104: attached %u detached %u in %lu out %lu\n",
	    (unsigned)era_stats.attached, (unsigned)era_stats.detached,
	    (u_long)era_stats.in, (u_long)era_stats.out);
	lck_mtx_free(mtx, grp);
	lck_grp_free(grp);
	OSMalloc_Tagfree(tag);
	return KERN_SUCCESS;
}
