/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The list of sockets with work, its drain and its threads.  See sowork.h.
 *
 * Exclusion: SW_RUNNING is held over pru_work only.  The upcall runs after
 * it was let go, serialised by so_upcallthread, so that a callback that
 * waits for its own socket's next event does not wait for itself.
 */
#include "net/socket/sowork.h"

#include <sys/proc.h>
#include "net/common/net_lock.h"
#include "net/socket/protosw.h"
#include "net/socket/socketvar.h"

TAILQ_HEAD(sowork_list, sowork);

static LOCK_GROUP(sowork_grp, "sowork");
static lck_spin_t sowork_lock = LCK_SPIN_INITIALIZER(sowork_grp);
static struct sowork_list plain = TAILQ_HEAD_INITIALIZER(plain);
static struct sowork_list hooked = TAILQ_HEAD_INITIALIZER(hooked);
static bool have_threads;		/* else the drain does hooked work too */

static inline struct __socket *
work_socket(struct sowork *sw)
{
	return ((struct __socket *)(void *)((char *)sw -
	    __builtin_offsetof(struct __socket, so_work)));
}

void
sowork_queue(struct __socket *so)
{
	struct sowork *sw = &so->so_work;
	bool pend = false;

	lck_spin_lock(&sowork_lock);
	if ((sw->sw_state & SW_RUNNING) != 0) {
		sw->sw_state |= SW_AGAIN;
	} else if ((sw->sw_state & SW_QUEUED) == 0 && so_tryref(so)) {
		/* Not for a socket that is being freed. */
		sw->sw_state |= SW_QUEUED;
		TAILQ_INSERT_TAIL(&plain, sw, sw_link);
		pend = true;
	}
	lck_spin_unlock(&sowork_lock);
	if (pend)
		net_drain_pend(NET_DRAIN_SOCKET);
}

/* One socket, taken off its list with SW_RUNNING set; drops the reference. */
static void
work_one(struct __socket *so)
{
	struct sowork *sw = &so->so_work;
	const struct pr_usrreqs *pru = so->so_proto->pr_usrreqs;
	bool again;

	do {
		if (pru->pru_work != NULL)
			pru->pru_work(so);
		lck_spin_lock(&sowork_lock);
		again = (sw->sw_state & SW_AGAIN) != 0;
		sw->sw_state &= ~(again ? SW_AGAIN : SW_RUNNING);
		lck_spin_unlock(&sowork_lock);
	} while (again);
	so_upcall_run(so);
	so_rele(so);
	net_drain();
}

static struct __socket *
work_take(struct sowork_list *list)
{
	struct sowork *sw = TAILQ_FIRST(list);

	if (sw == NULL)
		return (NULL);
	TAILQ_REMOVE(list, sw, sw_link);
	sw->sw_state &= ~SW_QUEUED;
	return (work_socket(sw));
}

void
sowork_drain(void)
{
	struct __socket *so;
	const struct pr_usrreqs *pru;

	for (;;) {
		lck_spin_lock(&sowork_lock);
		so = work_take(&plain);
		if (so == NULL)
			break;
		if (have_threads && so_hooked(so)) {
			/* Stays queued, on the other list. */
			so->so_work.sw_state |= SW_QUEUED;
			so_ref(so);
			TAILQ_INSERT_TAIL(&hooked, &so->so_work, sw_link);
			lck_spin_unlock(&sowork_lock);
			wakeup_one((caddr_t)&hooked);
			pru = so->so_proto->pr_usrreqs;
			if (pru->pru_space != NULL)
				pru->pru_space(so);
			so_rele(so);
			continue;
		}
		so->so_work.sw_state |= SW_RUNNING;
		lck_spin_unlock(&sowork_lock);
		work_one(so);
	}
	lck_spin_unlock(&sowork_lock);
}

bool
sowork_hooked_pending(void)
{
	return (!TAILQ_EMPTY(&hooked));
}

void *
sowork_hooked_chan(void)
{
	return (&hooked);
}

void
sowork_run_hooked(void)
{
	struct __socket *so;

	for (;;) {
		lck_spin_lock(&sowork_lock);
		so = work_take(&hooked);
		if (so == NULL)
			break;
		so->so_work.sw_state |= SW_RUNNING;
		lck_spin_unlock(&sowork_lock);
		work_one(so);
	}
	lck_spin_unlock(&sowork_lock);
}

void
sowork_run_all(void)
{
	net_drain();
	sowork_drain();
}

void
sowork_init(void)
{
	net_unlock_hook(NET_DRAIN_SOCKET, sowork_drain);
}

void
sowork_have_threads(void)
{
	lck_spin_lock(&sowork_lock);
	have_threads = true;
	lck_spin_unlock(&sowork_lock);
}
