/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel control built the way of the guide's Listing 3-1: registered with
 * the two flags and-ed together (which is none of them), handlers that do
 * little, a write handler that hands its packet back as an event and as data.
 * A second control is the listing's other form: a stream, with an id and a
 * unit of its own choice.  The program test/programs/guide_client talks to it as Listing 3-2 does.
 */
#include <mach/mach_types.h>
#include <sys/errno.h>
#include <sys/kern_control.h>
#include <sys/kern_event.h>
#include <sys/kernel.h>
#include <sys/kpi_mbuf.h>
#include <sys/proc.h>
#include <sys/syslog.h>
#include <sys/systm.h>

#define CONTROL_NAME	"org.unikext.nke.guide"
#define STATIC_NAME	"org.unikext.nke.guide.static"
#define STATIC_ID	0x67756964	/* 'guid' */
#define STATIC_UNIT	7
#define COMMAND_FIRST	1
#define COMMAND_SECOND	2
#define COMMAND_SLEEP	3	/* stays inside until the second comes */

kern_return_t guide_control_start(kmod_info_t *ki, void *data);
kern_return_t guide_control_stop(kmod_info_t *ki, void *data);

static kern_ctl_ref control_ref, static_ref;
static u_int32_t vendor;
static int firsts, seconds;

static errno_t
handle_set(kern_ctl_ref ctlref, unsigned int unit, void *userdata, int opt,
    void *data, size_t len)
{
	int error = EINVAL;

	(void)ctlref;
	(void)unit;
	(void)userdata;
	(void)data;
	(void)len;
	log(LOG_INFO, "guide: set %d\n", opt);
	switch (opt) {
	case COMMAND_FIRST:
		firsts++;
		error = 0;
		break;
	case COMMAND_SECOND:
		seconds++;
		wakeup(&seconds);
		error = 0;
		break;
	case COMMAND_SLEEP:
		(void)tsleep(&seconds, PZERO, "guide", 300 * hz);
		error = 0;
		break;
	}
	return (error);
}

static errno_t
handle_get(kern_ctl_ref ctlref, unsigned int unit, void *userdata, int opt,
    void *data, size_t *len)
{
	(void)ctlref;
	(void)unit;
	(void)userdata;
	if (*len < sizeof(int) || data == NULL)
		return (EINVAL);
	*(int *)data = opt == COMMAND_FIRST ? firsts : seconds;
	*len = sizeof(int);
	return (0);
}

static errno_t
handle_connect(kern_ctl_ref ctlref, struct sockaddr_ctl *sac, void **unitinfo)
{
	(void)ctlref;
	*unitinfo = NULL;
	log(LOG_INFO, "guide: unit %u connected\n", sac->sc_unit);
	return (0);
}

static errno_t
handle_disconnect(kern_ctl_ref ctlref, unsigned int unit, void *unitinfo)
{
	(void)ctlref;
	(void)unitinfo;
	log(LOG_INFO, "guide: unit %u left\n", unit);
	return (0);
}

/* What the client wrote goes round as an event, then back to it. */
static errno_t
handle_write(kern_ctl_ref ctlref, unsigned int unit, void *userdata, mbuf_t m,
    int flags)
{
	struct kev_msg event;
	char text[64];
	size_t len = mbuf_pkthdr_len(m);

	(void)userdata;
	(void)flags;
	bzero(text, sizeof(text));
	mbuf_copydata(m, 0, min(len, sizeof(text) - 1), text);
	bzero(&event, sizeof(event));
	event.vendor_code = vendor;
	event.kev_class = 1;
	event.event_code = unit;
	event.dv[0].data_ptr = text;
	event.dv[0].data_length = (u_int32_t)strlen(text);
	(void)kev_message_post(&event);
	if (ctl_enqueuembuf(ctlref, unit, m, CTL_DATA_EOR) != 0)
		mbuf_freem(m);
	return (0);
}

/* The stream's: back byte for byte, and an event of all five pieces. */
static errno_t
handle_stream(kern_ctl_ref ctlref, unsigned int unit, void *userdata, mbuf_t m,
    int flags)
{
	static const char *const pieces[N_KEV_VECTORS] = { "one ", "two ",
		"three ", "four ", "five" };
	size_t len = mbuf_pkthdr_len(m), room = 0;
	struct kev_msg event;
	errno_t error;
	char text[64];

	(void)userdata;
	(void)flags;
	len = len < sizeof(text) ? len : sizeof(text);
	mbuf_copydata(m, 0, len, text);
	mbuf_freem(m);
	bzero(&event, sizeof(event));
	event.vendor_code = vendor;
	event.kev_class = 1;
	event.kev_subclass = 2;
	for (int i = 0; i < N_KEV_VECTORS; i++) {
		event.dv[i].data_ptr = (void *)(uintptr_t)pieces[i];
		event.dv[i].data_length = (u_int32_t)strlen(pieces[i]);
	}
	error = kev_message_post(&event);
	if (error != 0)
		return (error);
	error = ctl_getenqueuespace(ctlref, unit, &room);
	if (error == 0 && room < len)
		error = ENOBUFS;
	return (error != 0 ? error : ctl_enqueue_data(ctlref, unit, text, len,
	    0));
}

static errno_t
register_static(void)
{
	struct kern_ctl_reg reg;

	bzero(&reg, sizeof(reg));
	reg.ctl_id = STATIC_ID;
	reg.ctl_unit = STATIC_UNIT;
	strlcpy(reg.ctl_name, STATIC_NAME, sizeof(reg.ctl_name));
	reg.ctl_flags = CTL_FLAG_REG_ID_UNIT | CTL_FLAG_REG_SOCK_STREAM;
	reg.ctl_send = handle_stream;
	reg.ctl_connect = handle_connect;
	reg.ctl_disconnect = handle_disconnect;
	return (ctl_register(&reg, &static_ref));
}

kern_return_t
guide_control_start(kmod_info_t *ki, void *data)
{
	struct kern_ctl_reg reg;

	(void)ki;
	(void)data;
	if (kev_vendor_code_find(CONTROL_NAME, &vendor) != 0)
		return (KERN_FAILURE);
	bzero(&reg, sizeof(reg));
	reg.ctl_id = 0;
	reg.ctl_unit = 0;
	strlcpy(reg.ctl_name, CONTROL_NAME, sizeof(reg.ctl_name));
	reg.ctl_flags = CTL_FLAG_PRIVILEGED & CTL_FLAG_REG_ID_UNIT;
	reg.ctl_send = handle_write;
	reg.ctl_getopt = handle_get;
	reg.ctl_setopt = handle_set;
	reg.ctl_connect = handle_connect;
	reg.ctl_disconnect = handle_disconnect;
	if (register_static() != 0)
		return (KERN_FAILURE);
	if (ctl_register(&reg, &control_ref) != 0) {
		(void)ctl_deregister(static_ref);
		return (KERN_FAILURE);
	}
	return (KERN_SUCCESS);
}

kern_return_t
guide_control_stop(kmod_info_t *ki, void *data)
{
	(void)ki;
	(void)data;
	if (control_ref != NULL && ctl_deregister(control_ref) != 0)
		return (KERN_FAILURE);
	control_ref = NULL;
	return (ctl_deregister(static_ref) == 0 ? KERN_SUCCESS : KERN_FAILURE);
}
