/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IP filters, the stack's side; see ipf.c.  The KPI is
 * <netinet/kpi_ipfilter.h>.
 */
#ifndef NET_INET_IPF_H
#define NET_INET_IPF_H

#include <stdbool.h>

void	ipf_init(void);
/* True while filters of that version exist. */
bool	ipf_any(bool v6);

#endif /* NET_INET_IPF_H */
