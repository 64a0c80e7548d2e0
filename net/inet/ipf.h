/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IP filters, the stack's side; see ipf.c.  The KPI is
 * <netinet/kpi_ipfilter.h>.
 */
#ifndef NET_INET_IPF_H
#define NET_INET_IPF_H


void	ipf_init(void);

#endif /* NET_INET_IPF_H */
