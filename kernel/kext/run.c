/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calling a kext's start and stop functions, constructors and destructors,
 * each through the kext's own gate.
 */
#include <sys/errno.h>

#include "kernel/kext/registry_internal.h"

kern_return_t
kext_call_start(struct kext *k)
{
	unsigned i;

	k->k_constructed = true;
	for (i = 0; i < k->k_nctors; i++)
		if (k->k_ctors[i] != NULL)
			GATE_VOID(&k->k_gate, k->k_ctors[i]);
	if (k->k_info->start == NULL)
		return (KERN_SUCCESS);
	return (GATE_CALL(&k->k_gate, k->k_info->start, k->k_info, NULL));
}

kern_return_t
kext_call_stop(struct kext *k)
{
	if (k->k_info->stop == NULL)
		return (KERN_SUCCESS);
	return (GATE_CALL(&k->k_gate, k->k_info->stop, k->k_info, NULL));
}

void
kext_call_dtors(struct kext *k)
{
	unsigned i;

	if (!k->k_constructed)
		return;
	k->k_constructed = false;
	for (i = k->k_ndtors; i-- > 0; )
		if (k->k_dtors[i] != NULL)
			GATE_VOID(&k->k_gate, k->k_dtors[i]);
}
