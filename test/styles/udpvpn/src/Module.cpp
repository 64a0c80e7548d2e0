/* SPDX-License-Identifier: BSD-2-Clause */
#include "Vpn.h"

extern "C" {
#include <sys/errno.h>
#include <sys/sysctl.h>
#include <libkern/libkern.h>

extern kern_return_t vpn_load(kmod_info_t *ki, void *data);
extern kern_return_t vpn_unload(kmod_info_t *ki, void *data);
}

/* Said before start, by its constructor. */
static const struct Banner {
	Banner() { printf("udpvpn %s\n", VPN_VERSION); }
	~Banner() { printf("udpvpn: gone\n"); }
} banner;

static Tunnel *tunnel;
static kern_ctl_ref control;
static int counters[3];

SYSCTL_DECL(_net_inet);
SYSCTL_NODE(_net_inet, OID_AUTO, udpvpn, CTLFLAG_RW, 0, "");

static int
show(struct sysctl_oid *oidp, void *arg1, int arg2, struct sysctl_req *req)
{
	counters[0] = tunnel->passed;
	counters[1] = tunnel->replayed;
	counters[2] = tunnel->forged;
	return (sysctl_handle_int(oidp, &counters[arg2], 0, req));
}
SYSCTL_PROC(_net_inet_udpvpn, OID_AUTO, passed, CTLTYPE_INT | CTLFLAG_RD, 0, 0, show, "I", "");
SYSCTL_PROC(_net_inet_udpvpn, OID_AUTO, replayed, CTLTYPE_INT | CTLFLAG_RD, 0, 1, show, "I", "");
SYSCTL_PROC(_net_inet_udpvpn, OID_AUTO, forged, CTLTYPE_INT | CTLFLAG_RD, 0, 2, show, "I", "");

static struct sysctl_oid *const oids[] = {
	&sysctl__net_inet_udpvpn, &sysctl__net_inet_udpvpn_passed,
	&sysctl__net_inet_udpvpn_replayed, &sysctl__net_inet_udpvpn_forged
};

static errno_t
connected(kern_ctl_ref, struct sockaddr_ctl *, void **unitinfo)
{
	*unitinfo = tunnel;
	return (0);
}

/* Option 1: "address port key". */
static errno_t
set(kern_ctl_ref, u_int32_t, void *unitinfo, int opt, void *data, size_t len)
{
	char text[128], *word[3] = { text, NULL, NULL };

	if (opt != 1 || data == NULL || len >= sizeof(text))
		return (EINVAL);
	memcpy(text, data, len);
	text[len] = '\0';
	for (int i = 1; i < 3; i++) {
		word[i] = strchr(word[i - 1], ' ');
		if (word[i] == NULL)
			return (EINVAL);
		*word[i]++ = '\0';
	}
	return (static_cast<Tunnel *>(unitinfo)->connect(word[0],
	    strtoul(word[1], NULL, 10), word[2]));
}

kern_return_t
vpn_load(kmod_info_t *ki, void *data)
{
	struct kern_ctl_reg reg;

	tunnel = new Tunnel;
	if (tunnel == NULL || !tunnel->init()) {
		delete tunnel;
		return (KERN_FAILURE);
	}
	bzero(&reg, sizeof(reg));
	strlcpy(reg.ctl_name, VPN_NAME, sizeof(reg.ctl_name));
	reg.ctl_connect = connected;
	reg.ctl_setopt = set;
	if (ctl_register(&reg, &control) != 0) {
		while (!tunnel->stop())
			;
		delete tunnel;
		return (KERN_FAILURE);
	}
	for (size_t i = 0; i < sizeof(oids) / sizeof(oids[0]); i++)
		sysctl_register_oid(oids[i]);
	return (KERN_SUCCESS);
}

kern_return_t
vpn_unload(kmod_info_t *ki, void *data)
{
	if (control != NULL) {
		if (ctl_deregister(control) == EBUSY)
			return (KERN_FAILURE);
		control = NULL;
		for (size_t i = sizeof(oids) / sizeof(oids[0]); i-- > 0; )
			sysctl_unregister_oid(oids[i]);
	}
	if (!tunnel->stop())
		return (KERN_FAILURE);
	delete tunnel;
	return (KERN_SUCCESS);
}
