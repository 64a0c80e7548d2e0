/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of PF_SYSTEM; see system_domain.h. */
#include "net/system/system_domain.h"

#include <sys/socket.h>
#include <sys/sys_domain.h>

static struct protosw system_protos[] = {
	{
		.pr_type = SOCK_DGRAM,
		.pr_protocol = SYSPROTO_CONTROL,
		.pr_flags = PR_ATOMIC | PR_CONNREQUIRED | PR_DOMAINLOCK,
		.pr_name = "kctl",
		.pr_usrreqs = &ctl_usrreqs,
	},
	{
		.pr_type = SOCK_STREAM,
		.pr_protocol = SYSPROTO_CONTROL,
		.pr_flags = PR_CONNREQUIRED | PR_DOMAINLOCK | PR_URGENT,
		.pr_name = "kctl-stream",
		.pr_usrreqs = &ctl_usrreqs,
	},
	{
		.pr_type = SOCK_RAW,
		.pr_protocol = SYSPROTO_EVENT,
		.pr_flags = PR_ATOMIC | PR_DOMAINLOCK,
		.pr_name = "kevt",
		.pr_usrreqs = &kev_usrreqs,
	},
};

struct domain system_domain = {
	.dom_family = PF_SYSTEM,
	.dom_name = "system",
	.dom_table = system_protos,
	.dom_ntable = sizeof(system_protos) / sizeof(system_protos[0]),
};
DOMAIN(system_domain);
