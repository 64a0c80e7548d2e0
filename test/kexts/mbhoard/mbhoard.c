/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mbhoard: takes every buffer it can get while debug.mbhoard is 1, and gives
 * them back when it is 0 or the kext goes.
 */
#include <kern/locks.h>
#include <mach/kmod.h>
#include <mach/mach_types.h>
#include <sys/errno.h>
#include <sys/kpi_mbuf.h>
#include <sys/sysctl.h>
#include <sys/systm.h>

kern_return_t mbhoard_start(kmod_info_t *ki, void *data);
kern_return_t mbhoard_stop(kmod_info_t *ki, void *data);

static lck_grp_t *grp;
static lck_mtx_t *mtx;
static mbuf_t hoard;		/* mtx */
static int holding;		/* mtx */

static void
take(void)
{
	mbuf_t m;

	while (mbuf_getpacket(MBUF_DONTWAIT, &m) == 0 ||
	    mbuf_gethdr(MBUF_DONTWAIT, MBUF_TYPE_DATA, &m) == 0) {
		(void)mbuf_setnextpkt(m, hoard);
		hoard = m;
	}
}

static void
change(int on)
{
	lck_mtx_lock(mtx);
	if (on) {
		take();
	} else {
		(void)mbuf_freem_list(hoard);
		hoard = NULL;
	}
	holding = on;
	lck_mtx_unlock(mtx);
}

static int
mbhoard_sysctl SYSCTL_HANDLER_ARGS
{
	int value = holding, error;

	(void)arg1;
	(void)arg2;
	error = sysctl_handle_int(oidp, &value, 0, req);
	if (error == 0 && value != holding)
		change(value != 0);
	return (error);
}

SYSCTL_PROC(_debug, OID_AUTO, mbhoard, CTLTYPE_INT | CTLFLAG_RW |
    CTLFLAG_LOCKED, NULL, 0, mbhoard_sysctl, "I", "1: holds all buffers");

kern_return_t
mbhoard_start(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	grp = lck_grp_alloc_init("mbhoard", LCK_GRP_ATTR_NULL);
	mtx = lck_mtx_alloc_init(grp, LCK_ATTR_NULL);
	sysctl_register_oid(&sysctl__debug_mbhoard);
	return (KERN_SUCCESS);
}

kern_return_t
mbhoard_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	sysctl_unregister_oid(&sysctl__debug_mbhoard);
	change(0);
	lck_mtx_free(mtx, grp);
	lck_grp_free(grp);
	return (KERN_SUCCESS);
}
