/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel controls: SYSPROTO_CONTROL, a kext's own conversation with programs
 * (guide, chapter 3; the rules are those of the headers' comments).
 *
 * A control (struct kctl) is registered by a kext and has a unit (struct
 * kcu) for each client connected to it.  A unit lives
 *
 *	CONNECTING -> CONNECTED -> DISCONNECTING -> gone
 *
 * and is on its control's list all that time, so that a control with any
 * client, also one inside ctl_connect or ctl_disconnect, is busy.  Callbacks
 * run in the client's thread without a lock; kcu_users counts those inside.
 * ctl_connect runs before and ctl_disconnect after all others of the unit:
 * a disconnect first keeps new calls out, then waits for the users to leave.
 *
 * A kern_ctl_ref is the address of the control; it is looked for on the list
 * before it is touched, so a stale one is EINVAL.
 */
#include <sys/kern_control.h>
#include <sys/kern_event.h>
#include <sys/proc.h>
#include <sys/socket.h>
#include <sys/systm.h>
#include <string.h>

#include "kernel/kassert.h"
#include "kernel/kext/gate.h"
#include "kernel/kext/kext.h"
#include "kernel/mm/kmem.h"
#include "kernel/sched/wait.h"
#include "net/mbuf/mbuf.h"
#include "net/socket/socketvar.h"
#include "net/system/kctl_list.h"
#include "net/system/system_domain.h"

#define CTL_SENDSIZE 2048
#define CTL_RECVSIZE 8192
#define CTL_UNIT_MAX 65535
#define CTL_SEND_OOB 1		/* what ctl_send is told: the data is urgent, */
#define CTL_SEND_MORE 4		/* more of this write follows */

enum kcu_state { KCU_CONNECTING, KCU_CONNECTED, KCU_DISCONNECTING };

/* I immutable after registration; the rest: the system lock */
struct kctl {
	TAILQ_ENTRY(kctl) k_link;
	LIST_HEAD(, kcu) k_units;
	struct kern_ctl_reg k_reg;	/* I */
	struct gate k_gate;
	struct kext *k_kext;		/* I: charged */
};

/* The client's end: the socket's control block. */
struct kcu {
	LIST_ENTRY(kcu) kcu_link;
	struct kctl *kcu_ctl;		/* NULL: not connected */
	struct __socket *kcu_so;
	enum kcu_state kcu_state;
	u_int32_t kcu_unit;
	void *kcu_info;			/* the kext's */
	unsigned kcu_users;		/* callbacks inside */
	struct waitq kcu_wq;		/* waits for them to leave */
};

static TAILQ_HEAD(, kctl) kctls = TAILQ_HEAD_INITIALIZER(kctls);
static u_int32_t kctl_last_id;

static errno_t ctl_disconnect(struct __socket *so);

#define SYSTEM_LOCK_ASSERT()						\
	lck_mtx_assert(&system_domain.dom_mtx, LCK_MTX_ASSERT_OWNED)

/* --- registration ----------------------------------------------------------- */

static bool
is_static(const struct kctl *k)
{
	return (k->k_reg.ctl_flags & CTL_FLAG_REG_ID_UNIT) != 0;
}

static struct kctl *
find_ref(kern_ctl_ref ref)
{
	struct kctl *k;

	SYSTEM_LOCK_ASSERT();
	TAILQ_FOREACH(k, &kctls, k_link)
		if (k == ref)
			return k;
	return NULL;
}

static struct kctl *
find_name(const char *name)
{
	struct kctl *k;

	TAILQ_FOREACH(k, &kctls, k_link)
		if (strcmp(k->k_reg.ctl_name, name) == 0)
			return k;
	return NULL;
}

static bool
id_used(u_int32_t id)
{
	struct kctl *k;

	TAILQ_FOREACH(k, &kctls, k_link)
		if (k->k_reg.ctl_id == id)
			return true;
	return false;
}

/* A dynamic control's id may not be shared, a static one's (id, unit). */
static bool
conflicts(const struct kctl *new)
{
	struct kctl *k;

	if (!is_static(new))
		return find_name(new->k_reg.ctl_name) != NULL;
	TAILQ_FOREACH(k, &kctls, k_link) {
		if (k->k_reg.ctl_id != new->k_reg.ctl_id)
			continue;
		if (!is_static(k) || k->k_reg.ctl_unit == new->k_reg.ctl_unit)
			return true;
	}
	return false;
}

static void
post_event(const struct kctl *k, u_int32_t code)
{
	struct ctl_event_data data = { k->k_reg.ctl_id, k->k_reg.ctl_unit };
	struct kev_msg ev = {
		.vendor_code = KEV_VENDOR_APPLE,
		.kev_class = KEV_SYSTEM_CLASS,
		.kev_subclass = KEV_CTL_SUBCLASS,
		.event_code = code,
		.dv[0] = { sizeof(data), &data },
	};

	kev_post(&ev);
}

/* A client with nobody inside the control, its socket referenced; or NULL. */
static struct __socket *
kctl_idle_client(struct kctl *k)
{
	struct kcu *u;

	SYSTEM_LOCK_ASSERT();
	LIST_FOREACH(u, &k->k_units, kcu_link)
		if (u->kcu_state == KCU_CONNECTED && u->kcu_users == 0 &&
		    so_tryref(u->kcu_so))
			return u->kcu_so;
	return NULL;
}

/*
 * The kernel takes a control away on its own: `kextunload -f`.  Clients are
 * disconnected; one that is inside the control is left for the next round.
 */
static void
kctl_revoke(struct gate *g)
{
	struct kctl *k = (struct kctl *)(void *)
	    ((char *)g - offsetof(struct kctl, k_gate));
	struct __socket *so;

	for (;;) {
		system_lock();
		so = kctl_idle_client(k);
		if (so != NULL)
			(void)ctl_disconnect(so);
		system_unlock();
		if (so == NULL)
			break;
		so_rele(so);
	}
	(void)ctl_deregister(k);
}

errno_t
ctl_register(struct kern_ctl_reg *userkctl, kern_ctl_ref *kctlref)
{
	struct kctl *k;
	size_t n;

	if (userkctl == NULL || kctlref == NULL ||
	    userkctl->ctl_connect == NULL)
		return EINVAL;
	n = strnlen(userkctl->ctl_name, MAX_KCTL_NAME);
	if (n == 0 || n == MAX_KCTL_NAME)
		return EINVAL;
	k = kmalloc(sizeof(*k), M_WAITOK | M_ZERO);
	if (k == NULL)
		return ENOMEM;
	k->k_reg = *userkctl;
	LIST_INIT(&k->k_units);
	if (k->k_reg.ctl_sendsize == 0)
		k->k_reg.ctl_sendsize = CTL_SENDSIZE;
	if (k->k_reg.ctl_recvsize == 0)
		k->k_reg.ctl_recvsize = CTL_RECVSIZE;
	system_lock();
	if (conflicts(k)) {
		system_unlock();
		kfree(k);
		return EEXIST;
	}
	if (!is_static(k)) {
		do
			kctl_last_id++;
		while (kctl_last_id == 0 || id_used(kctl_last_id));
		k->k_reg.ctl_id = kctl_last_id;
		k->k_reg.ctl_unit = 0;
	}
	gate_init(&k->k_gate, GATE_CTL, k->k_reg.ctl_name,
	    (const void *)k->k_reg.ctl_connect);
	gate_set_revoke_again(&k->k_gate, kctl_revoke);
	k->k_kext = kext_charge_to(k->k_gate.g_kext, KRES_CTL, 1);
	TAILQ_INSERT_TAIL(&kctls, k, k_link);
	userkctl->ctl_id = k->k_reg.ctl_id;
	userkctl->ctl_sendsize = k->k_reg.ctl_sendsize;
	userkctl->ctl_recvsize = k->k_reg.ctl_recvsize;
	*kctlref = k;
	system_unlock();
	post_event(k, KEV_CTL_REGISTERED);
	return 0;
}

errno_t
ctl_deregister(kern_ctl_ref kctlref)
{
	struct kctl *k;

	system_lock();
	k = find_ref(kctlref);
	if (k == NULL || !LIST_EMPTY(&k->k_units)) {
		system_unlock();
		return k == NULL ? EINVAL : EBUSY;
	}
	TAILQ_REMOVE(&kctls, k, k_link);
	system_unlock();
	post_event(k, KEV_CTL_DEREGISTERED);
	gate_fini(&k->k_gate);
	kext_uncharge(k->k_kext, KRES_CTL, 1);
	kfree(k);
	return 0;
}

size_t
kctl_list(struct kctl_entry *out, size_t max)
{
	struct kctl_entry *e;
	struct kctl *k;
	struct kcu *u;
	size_t n = 0;

	system_lock();
	TAILQ_FOREACH(k, &kctls, k_link) {
		if (n++ >= max)
			continue;
		e = &out[n - 1];
		memset(e, 0, sizeof(*e));
		strlcpy(e->ke_name, k->k_reg.ctl_name, sizeof(e->ke_name));
		if (k->k_kext != NULL)
			strlcpy(e->ke_kext, k->k_kext->k_id,
			    sizeof(e->ke_kext));
		e->ke_id = k->k_reg.ctl_id;
		e->ke_unit = k->k_reg.ctl_unit;
		e->ke_flags = k->k_reg.ctl_flags;
		LIST_FOREACH(u, &k->k_units, kcu_link)
			e->ke_clients++;
	}
	system_unlock();
	return n;
}

/* --- calls into the kext ----------------------------------------------------- */

/*
 * A callback of a connected unit begins: the lock is dropped.  NULL when the
 * unit is not connected, or going.
 */
static struct kctl *
call_begin(struct kcu *u)
{
	SYSTEM_LOCK_ASSERT();
	if (u->kcu_ctl == NULL || u->kcu_state != KCU_CONNECTED)
		return NULL;
	u->kcu_users++;
	system_unlock();
	return u->kcu_ctl;
}

static void
call_end(struct kcu *u)
{
	system_lock();
	if (--u->kcu_users == 0)
		waitq_wake_all(&u->kcu_wq);
}

/* --- the client's socket ----------------------------------------------------- */

static errno_t
ctl_attach(struct __socket *so, int proto)
{
	struct kcu *u = kmalloc(sizeof(*u), M_WAITOK | M_ZERO);

	if (u == NULL)
		return ENOBUFS;
	u->kcu_so = so;
	waitq_init(&u->kcu_wq);
	so->so_pcb = u;
	return soreserve(so, CTL_SENDSIZE, CTL_RECVSIZE);
}

static struct kcu *
find_unit(struct kctl *k, u_int32_t unit)
{
	struct kcu *u;

	LIST_FOREACH(u, &k->k_units, kcu_link)
		if (u->kcu_unit == unit)
			return u;
	return NULL;
}

/* Which control an address means. */
static struct kctl *
find_address(const struct sockaddr_ctl *sac)
{
	struct kctl *k;

	TAILQ_FOREACH(k, &kctls, k_link)
		if (k->k_reg.ctl_id == sac->sc_id &&
		    (!is_static(k) || k->k_reg.ctl_unit == sac->sc_unit))
			return k;
	return NULL;
}

/* Unit 0 of a dynamic control: the lowest one that is free. */
static errno_t
choose_unit(struct kctl *k, u_int32_t *unit)
{
	if (is_static(k))
		return LIST_EMPTY(&k->k_units) ? 0 : EBUSY;
	if (*unit != 0)
		return find_unit(k, *unit) == NULL ? 0 : EBUSY;
	for (*unit = 1; *unit <= CTL_UNIT_MAX; (*unit)++)
		if (find_unit(k, *unit) == NULL)
			return 0;
	return EBUSY;
}

/* Leaves the control; the last act of a unit. */
static void
leave(struct kcu *u)
{
	SYSTEM_LOCK_ASSERT();
	LIST_REMOVE(u, kcu_link);
	u->kcu_ctl = NULL;
	u->kcu_info = NULL;
}

static errno_t
ctl_connect(struct __socket *so, const struct sockaddr *nam)
{
	struct kcu *u = so->so_pcb;
	struct sockaddr_ctl sac;
	struct kctl *k;
	errno_t error;

	SYSTEM_LOCK_ASSERT();
	if (nam->sa_len != sizeof(sac))
		return EINVAL;
	memcpy(&sac, nam, sizeof(sac));
	k = find_address(&sac);
	if (k == NULL)
		return ENOENT;
	if (((k->k_reg.ctl_flags & CTL_FLAG_REG_SOCK_STREAM) != 0) !=
	    (so->so_type == SOCK_STREAM))
		return EPROTOTYPE;
	if ((k->k_reg.ctl_flags & CTL_FLAG_PRIVILEGED) != 0 &&
	    proc_suser(current_proc()) != 0)
		return EPERM;
	if ((error = choose_unit(k, &sac.sc_unit)) != 0)
		return error;
	error = soreserve(so, k->k_reg.ctl_sendsize, k->k_reg.ctl_recvsize);
	if (error != 0)
		return error;
	u->kcu_ctl = k;
	u->kcu_unit = sac.sc_unit;
	u->kcu_state = KCU_CONNECTING;
	LIST_INSERT_HEAD(&k->k_units, u, kcu_link);
	soisconnecting(so);
	system_unlock();
	error = GATE_CALL(&k->k_gate, k->k_reg.ctl_connect, k, &sac,
	    &u->kcu_info);
	if (error != 0 && k->k_reg.ctl_disconnect != NULL)
		(void)GATE_CALL(&k->k_gate, k->k_reg.ctl_disconnect, k,
		    u->kcu_unit, u->kcu_info);
	system_lock();
	if (error != 0) {
		leave(u);
		soisdisconnected(so);
		return error;
	}
	u->kcu_state = KCU_CONNECTED;
	soisconnected(so);
	return 0;
}

/*
 * Drops the lock around ctl_disconnect.  Callers come one at a time: the
 * close of a socket happens once.
 */
static errno_t
ctl_disconnect(struct __socket *so)
{
	struct kcu *u = so->so_pcb;
	struct kctl *k = u->kcu_ctl;

	SYSTEM_LOCK_ASSERT();
	if (k == NULL || u->kcu_state != KCU_CONNECTED)
		return ENOTCONN;
	u->kcu_state = KCU_DISCONNECTING;
	soisdisconnecting(so);
	while (u->kcu_users > 0)
		waitq_sleep(&u->kcu_wq, &system_domain.dom_mtx, WAIT_UNINT,
		    0);
	if (k->k_reg.ctl_disconnect != NULL) {
		system_unlock();
		(void)GATE_CALL(&k->k_gate, k->k_reg.ctl_disconnect, k,
		    u->kcu_unit, u->kcu_info);
		system_lock();
	}
	leave(u);
	soisdisconnected(so);
	return 0;
}

static void
ctl_detach(struct __socket *so)
{
	struct kcu *u = so->so_pcb;

	if (u == NULL)
		return;
	system_lock();
	if (u->kcu_ctl != NULL)
		ctl_disconnect(so);
	so->so_pcb = NULL;
	system_unlock();
	KASSERT(u->kcu_users == 0, ("a callback of a unit that is gone"));
	kfree(u);
}

static errno_t
ctl_send(struct __socket *so, int flags, mbuf_t m, const struct sockaddr *to,
    mbuf_t control)
{
	struct kcu *u = so->so_pcb;
	struct kctl *k;
	errno_t error;
	int kflags = 0;

	if (control != NULL)
		mbuf_freem(control);
	if ((k = call_begin(u)) == NULL) {
		mbuf_freem(m);
		return ENOTCONN;
	}
	if ((flags & PRUS_OOB) != 0)
		kflags |= CTL_SEND_OOB;
	if ((flags & PRUS_REST) != 0)
		kflags |= CTL_SEND_MORE;
	if (k->k_reg.ctl_send != NULL) {
		error = GATE_CALL(&k->k_gate, k->k_reg.ctl_send, k,
		    u->kcu_unit, u->kcu_info, m, kflags);
	} else {
		mbuf_freem(m);
		error = ENOTSUP;
	}
	call_end(u);
	return error;
}

static errno_t
ctl_info(struct ctl_info *info)
{
	struct kctl *k;
	size_t n = strnlen(info->ctl_name, MAX_KCTL_NAME);

	if (n == 0 || n == MAX_KCTL_NAME)
		return EINVAL;
	k = find_name(info->ctl_name);
	if (k == NULL)
		return ENOENT;
	info->ctl_id = k->k_reg.ctl_id;
	return 0;
}

/* No lock held on entry. */
static errno_t
ctl_control(struct __socket *so, u_long cmd, void *data)
{
	errno_t error = 0;
	struct kctl *k;
	int n = 0;

	system_lock();
	switch (cmd) {
	case CTLIOCGCOUNT:
		TAILQ_FOREACH(k, &kctls, k_link)
			n++;
		*(int *)data = n;
		break;
	case CTLIOCGINFO:
		error = ctl_info(data);
		break;
	default:
		error = ENOTSUP;
	}
	system_unlock();
	return error;
}

static errno_t
set_option(struct kcu *u, struct kctl *k, struct __sockopt *sopt)
{
	void *data = NULL;
	errno_t error = 0;

	if (k->k_reg.ctl_setopt == NULL)
		return ENOTSUP;
	if (sopt->sopt_valsize > 0) {
		data = kmalloc(sopt->sopt_valsize, M_WAITOK | M_NULL);
		if (data == NULL)
			return ENOMEM;
		error = sooptcopyin(sopt, data, sopt->sopt_valsize,
		    sopt->sopt_valsize);
	}
	if (error == 0)
		error = GATE_CALL(&k->k_gate, k->k_reg.ctl_setopt, k,
		    u->kcu_unit, u->kcu_info, sopt->sopt_name, data,
		    sopt->sopt_valsize);
	kfree(data);
	return error;
}

static errno_t
get_option(struct kcu *u, struct kctl *k, struct __sockopt *sopt)
{
	size_t len = sopt->sopt_valsize;
	void *data = NULL;
	errno_t error;

	if (k->k_reg.ctl_getopt == NULL)
		return ENOTSUP;
	if (len > 0 && sopt->sopt_val != NULL) {
		data = kmalloc(len, M_WAITOK | M_NULL | M_ZERO);
		if (data == NULL)
			return ENOMEM;
		memcpy(data, sopt->sopt_val, len);
	}
	error = GATE_CALL(&k->k_gate, k->k_reg.ctl_getopt, k, u->kcu_unit,
	    u->kcu_info, sopt->sopt_name, data, &len);
	if (error == 0 && data == NULL) {
		sopt->sopt_valsize = len;
	} else if (error == 0 && len > sopt->sopt_valsize) {
		printf("%s: getopt %d gave %zu bytes for a buffer of %zu\n",
		    k->k_reg.ctl_name, sopt->sopt_name, len,
		    sopt->sopt_valsize);
		error = EINVAL;
	} else if (error == 0) {
		error = sooptcopyout(sopt, data, len);
	}
	kfree(data);
	return error;
}

static errno_t
ctl_ctloutput(struct __socket *so, struct __sockopt *sopt)
{
	struct kcu *u = so->so_pcb;
	struct kctl *k;
	errno_t error;

	if (sopt->sopt_level != SYSPROTO_CONTROL)
		return EINVAL;
	system_lock();
	if ((k = call_begin(u)) == NULL) {
		system_unlock();
		return EINVAL;
	}
	error = sopt->sopt_dir == sockopt_set ? set_option(u, k, sopt)
					      : get_option(u, k, sopt);
	call_end(u);
	system_unlock();
	return error;
}

static errno_t
ctl_peeraddr(struct __socket *so, struct sockaddr_storage *out)
{
	struct sockaddr_ctl *sac = (struct sockaddr_ctl *)out;
	struct kcu *u = so->so_pcb;

	if (u->kcu_ctl == NULL)
		return ENOTCONN;
	memset(out, 0, sizeof(*out));
	sac->sc_len = sizeof(*sac);
	sac->sc_family = AF_SYSTEM;
	sac->ss_sysaddr = AF_SYS_CONTROL;
	sac->sc_id = u->kcu_ctl->k_reg.ctl_id;
	sac->sc_unit = u->kcu_unit;
	return 0;
}

const struct pr_usrreqs ctl_usrreqs = {
	.pru_attach = ctl_attach,
	.pru_detach = ctl_detach,
	.pru_connect = ctl_connect,
	.pru_disconnect = ctl_disconnect,
	.pru_send = ctl_send,
	.pru_control = ctl_control,
	.pru_ctloutput = ctl_ctloutput,
	.pru_peeraddr = ctl_peeraddr,
};

/* --- data for the client ------------------------------------------------------ */

/* The unit of a control, with the system lock held. */
static struct kcu *
find_client(kern_ctl_ref ref, u_int32_t unit)
{
	struct kctl *k = find_ref(ref);

	return k == NULL ? NULL : find_unit(k, unit);
}

/* Room has been checked. */
static void
enqueue(struct __socket *so, mbuf_t m, u_int32_t flags)
{
	mbuf_t last;

	SYSTEM_LOCK_ASSERT();
	if ((flags & CTL_DATA_EOR) != 0) {
		for (last = m; mbuf_next(last) != NULL;)
			last = mbuf_next(last);
		last->m_flags |= MBUF_EOR;
	}
	if (so->so_type == SOCK_STREAM)
		sbappendstream(&so->so_rcv, m);
	else
		sbappend(&so->so_rcv, m);
	if ((flags & CTL_DATA_NOWAKEUP) == 0)
		sorwakeup(so);
}

errno_t
ctl_enqueuembuf(kern_ctl_ref kctlref, u_int32_t unit, mbuf_t m,
    u_int32_t flags)
{
	struct kcu *u;
	errno_t error = 0;

	system_lock();
	u = find_client(kctlref, unit);
	if (u == NULL)
		error = EINVAL;
	else if (sbspace(&u->kcu_so->so_rcv) < (long)mbuf_pkthdr_len(m))
		error = ENOBUFS;
	else
		enqueue(u->kcu_so, m, flags);
	system_unlock();
	return error;
}

/* A packet with a copy of the bytes; NULL without memory. */
static mbuf_t
copy_in(const void *data, size_t len)
{
	mbuf_t m;

	if (mbuf_allocpacket(MBUF_DONTWAIT, len, NULL, &m) != 0)
		return NULL;
	if (mbuf_copyback(m, 0, len, data, MBUF_DONTWAIT) == 0)
		return m;
	mbuf_freem(m);
	return NULL;
}

errno_t
ctl_enqueuedata(kern_ctl_ref kctlref, u_int32_t unit, void *data, size_t len,
    u_int32_t flags)
{
	struct kcu *u;
	errno_t error = 0;
	mbuf_t m;

	system_lock();
	u = find_client(kctlref, unit);
	if (u == NULL)
		error = EINVAL;
	else if (sbspace(&u->kcu_so->so_rcv) < (long)len)
		error = ENOBUFS;
	else if (len > 0 && (m = copy_in(data, len)) == NULL)
		error = ENOMEM;
	else if (len > 0)
		enqueue(u->kcu_so, m, flags);
	system_unlock();
	return error;
}

errno_t
ctl_getenqueuespace(kern_ctl_ref kctlref, u_int32_t unit, size_t *space)
{
	struct kcu *u;
	long n;

	if (space == NULL)
		return EINVAL;
	system_lock();
	u = find_client(kctlref, unit);
	if (u != NULL) {
		n = sbspace(&u->kcu_so->so_rcv);
		*space = n > 0 ? (size_t)n : 0;
	}
	system_unlock();
	return u == NULL ? EINVAL : 0;
}

/* The names the guide prints. */
errno_t ctl_enqueue_data(kern_ctl_ref kctlref, u_int32_t unit, void *data,
    size_t len, u_int32_t flags) __attribute__((alias("ctl_enqueuedata")));
errno_t ctl_enqueue_buf(kern_ctl_ref kctlref, u_int32_t unit, mbuf_t m,
    u_int32_t flags) __attribute__((alias("ctl_enqueuembuf")));
errno_t ctl_enqueue_mbuf(kern_ctl_ref kctlref, u_int32_t unit, mbuf_t m,
    u_int32_t flags) __attribute__((alias("ctl_enqueuembuf")));
errno_t ctl_get_enqueue_space(kern_ctl_ref kctlref, u_int32_t unit,
    size_t *space) __attribute__((alias("ctl_getenqueuespace")));
