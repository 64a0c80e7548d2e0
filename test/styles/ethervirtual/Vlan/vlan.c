/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IEEE 802.1Q: an interface that is one tag of another one.
 */
#include <net/if.h>
#include <kern/locks.h>
#include <sys/kpi_mbuf.h>
#include "../Library/ev_interface.h"

#define ETHERTYPE_VLAN_TAG	0x8100

typedef struct vlan {
	ev_interface_t	ev;
	ifnet_t		parent;
	u_int16_t	tag;
} vlan_t;

static vlan_t		vlans[VLAN_MAX];
static kern_ctl_ref	control;

static errno_t vlan_output(void *owner, mbuf_t m)
{
	vlan_t			*v = owner;
	struct ether_header	eh;
	ev_tag_t		tag;

	if (mbuf_copydata(m, 0, sizeof(eh), &eh) != 0) {
		mbuf_freem(m);
		return EMSGSIZE;
	}
	tag.tci = htons(v->tag);
	tag.type = eh.ether_type;
	eh.ether_type = htons(ETHERTYPE_VLAN_TAG);
	/* Sums that were left to the card: it does not look behind tags. */
	mbuf_adj(m, ETHER_HDR_LEN);
	mbuf_outbound_finalize(m, tag.type == htons(ETHERTYPE_IPV6) ?
	    PF_INET6 : PF_INET, 0);
	if (mbuf_prepend(&m, ETHER_HDR_LEN + sizeof(tag), MBUF_DONTWAIT) != 0)
		return ENOBUFS;
	if (mbuf_copyback(m, 0, sizeof(eh), &eh, MBUF_DONTWAIT) != 0 ||
	    mbuf_copyback(m, sizeof(eh), sizeof(tag), &tag, MBUF_DONTWAIT) != 0) {
		mbuf_freem(m);
		return ENOBUFS;
	}
	return ifnet_output_raw(v->parent, PF_VLAN, m);
}

static errno_t vlan_input(void *owner, ifnet_t lower, mbuf_t *data, char *header)
{
	vlan_t			*v = owner;
	struct ether_header	eh = *(struct ether_header *)(void *)header;
	ev_tag_t		tag;

	if (eh.ether_type != htons(ETHERTYPE_VLAN_TAG) ||
	    mbuf_copydata(*data, 0, sizeof(tag), &tag) != 0 ||
	    (ntohs(tag.tci) & 0xfff) != v->tag)
		return 0;
	eh.ether_type = tag.type;
	mbuf_adj(*data, sizeof(tag));
	(void)ev_input(v->ev, *data, &eh);
	return EJUSTRETURN;
}

/* "en0 10": a new one; its unit is its tag. */
static errno_t vlan_set(kern_ctl_ref ref, u_int32_t unit, void *unitinfo,
    int opt, void *data, size_t len)
{
	char		text[IFNAMSIZ + 8], *space;
	vlan_t		*v = vlans;
	errno_t		err;

	if (opt != 1 || data == NULL || len >= sizeof(text)) return EINVAL;
	memcpy(text, data, len);
	text[len] = 0;
	space = strchr(text, ' ');
	if (space == NULL) return EINVAL;
	*space++ = 0;
	while (v < vlans + VLAN_MAX && v->ev) v++;
	if (v == vlans + VLAN_MAX) return ENOSPC;
	err = ifnet_find_by_name(text, &v->parent);
	if (err) return err;
	v->tag = strtoul(space, NULL, 10) & 0xfff;
	err = ev_create("vlan", v->tag, v->parent, ETHERMTU - sizeof(ev_tag_t),
	    vlan_output, v, &v->ev);
	if (err) {
		ifnet_release(v->parent);
		return err;
	}
	return ev_listen(v->ev, v->parent, vlan_input);
}

kern_return_t Vlan_start(kmod_info_t *ki, void *d)
{
	return ev_control(BUNDLE_NAME, vlan_set, &control) ? KERN_FAILURE
	    : KERN_SUCCESS;
}

kern_return_t Vlan_stop(kmod_info_t *ki, void *d)
{
	int i;

	if (control && ctl_deregister(control)) return KERN_FAILURE;
	control = NULL;
	for (i = VLAN_MAX; i-- > 0; ) {
		if (vlans[i].ev && ev_destroy(vlans[i].ev)) return KERN_FAILURE;
		vlans[i].ev = NULL;
	}
	return KERN_SUCCESS;
}
