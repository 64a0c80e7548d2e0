/* SPDX-License-Identifier: BSD-2-Clause */
/* Start-up of the interface layer. */
#include "net/dlil/dlil.h"

#include "net/dlil/bpfvar.h"
#include "net/dlil/ifnet.h"
#include "net/dlil/loopback.h"
#include "net/dlil/proto.h"

void
dlil_init(void)
{
	ifnet_init();
	dlil_input_init();
	dlil_event_init();
	proto_init();
	bpf_init();
	loopback_attach();
}
