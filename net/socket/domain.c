/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables of domains and protocols.
 *
 * Entries are added at start-up out of the linker set and later by
 * domain_add and net_add_proto; a domain is never taken away, a protocol
 * only when no socket has it (its owner sees to that, as it counts them).
 * Lookups walk short lists under a mutex that is a leaf.
 */
#include "net/socket/domain.h"

#include <sys/errno.h>
#include "kernel/initcall.h"
#include "kernel/kassert.h"
#include "net/socket/socketvar.h"

static LOCK_GROUP(domain_grp, "domain");
static lck_mtx_t domain_lock = LCK_MTX_INITIALIZER(domain_lock, domain_grp);
static TAILQ_HEAD(, domain) domains = TAILQ_HEAD_INITIALIZER(domains);

LINKER_SET_DECLARE(domain, struct domain);

static void
proto_setup(struct protosw *pp, struct domain *dom)
{
	pp->pr_domain = dom;
	TAILQ_INIT(&pp->pr_filters);
	pp->pr_nfilters = 0;
}

errno_t
domain_add(struct domain *dom)
{
	struct domain *d;
	errno_t error = 0;
	unsigned i;

	lck_mtx_lock(&domain_lock);
	TAILQ_FOREACH(d, &domains, dom_link) {
		if (d == dom || d->dom_family == dom->dom_family) {
			error = EEXIST;
			break;
		}
	}
	if (error == 0) {
		lck_mtx_init(&dom->dom_mtx, &domain_grp, LCK_ATTR_NULL);
		TAILQ_INIT(&dom->dom_protos);
		for (i = 0; i < dom->dom_ntable; i++) {
			proto_setup(&dom->dom_table[i], dom);
			TAILQ_INSERT_TAIL(&dom->dom_protos,
			    &dom->dom_table[i], pr_link);
		}
		TAILQ_INSERT_TAIL(&domains, dom, dom_link);
		dom->dom_added = true;
	}
	lck_mtx_unlock(&domain_lock);
	if (error == 0 && dom->dom_init != NULL)
		dom->dom_init();
	return (error);
}

/* The socket layer and, on it, the domains of the linker set. */
void
domain_init(void)
{
	struct domain *const *p;

	socket_init();
	sowork_init();

	LINKER_SET_FOREACH(p, domain) {
		errno_t error = domain_add(*p);

		VERIFY(error == 0);
	}
}

struct domain *
pffinddomain(int family)
{
	struct domain *d;

	lck_mtx_lock(&domain_lock);
	TAILQ_FOREACH(d, &domains, dom_link) {
		if (d->dom_family == family)
			break;
	}
	lck_mtx_unlock(&domain_lock);
	return (d);
}

struct protosw *
pffindproto(int family, int protocol, int type)
{
	struct domain *d = pffinddomain(family);
	struct protosw *pp, *any = NULL;

	if (d == NULL)
		return (NULL);
	lck_mtx_lock(&domain_lock);
	TAILQ_FOREACH(pp, &d->dom_protos, pr_link) {
		if (pp->pr_type != type)
			continue;
		if (pp->pr_protocol == protocol &&
		    (pp->pr_flags & PR_LASTHDR) == 0)
			break;
		if (type == SOCK_RAW && (pp->pr_flags & PR_LASTHDR) != 0)
			any = pp;
	}
	lck_mtx_unlock(&domain_lock);
	return (pp != NULL ? pp : any);
}

struct protosw *
pffindtype(int family, int type)
{
	struct domain *d = pffinddomain(family);
	struct protosw *pp;

	if (d == NULL)
		return (NULL);
	lck_mtx_lock(&domain_lock);
	TAILQ_FOREACH(pp, &d->dom_protos, pr_link) {
		if (pp->pr_type == type)
			break;
	}
	lck_mtx_unlock(&domain_lock);
	return (pp);
}

errno_t
net_add_proto(struct protosw *pp, struct domain *dom)
{
	struct protosw *o;
	errno_t error = 0;

	lck_mtx_lock(&domain_lock);
	TAILQ_FOREACH(o, &dom->dom_protos, pr_link) {
		if (o == pp || (o->pr_type == pp->pr_type &&
		    o->pr_protocol == pp->pr_protocol)) {
			error = EEXIST;
			break;
		}
	}
	if (error == 0) {
		proto_setup(pp, dom);
		TAILQ_INSERT_TAIL(&dom->dom_protos, pp, pr_link);
	}
	lck_mtx_unlock(&domain_lock);
	return (error);
}

errno_t
net_del_proto(struct protosw *pp)
{
	struct protosw *o;
	errno_t error = ENOENT;

	if (pp->pr_domain == NULL)
		return (ENOENT);
	lck_mtx_lock(&domain_lock);
	TAILQ_FOREACH(o, &pp->pr_domain->dom_protos, pr_link) {
		if (o != pp)
			continue;
		if (pp->pr_nfilters != 0) {
			error = EBUSY;
			break;
		}
		TAILQ_REMOVE(&pp->pr_domain->dom_protos, pp, pr_link);
		error = 0;
		break;
	}
	lck_mtx_unlock(&domain_lock);
	return (error);
}

void
domain_foreach_proto(bool (*fn)(struct protosw *, void *), void *arg)
{
	struct domain *d;
	struct protosw *pp;

	lck_mtx_lock(&domain_lock);
	TAILQ_FOREACH(d, &domains, dom_link) {
		TAILQ_FOREACH(pp, &d->dom_protos, pr_link) {
			if (!fn(pp, arg))
				goto out;
		}
	}
out:
	lck_mtx_unlock(&domain_lock);
}
INITCALL_ORDER(INIT_NET, 25, domain_init);
