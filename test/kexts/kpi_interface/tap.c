/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What BPF asks of an interface: taps on and off, frames that a program writes.
 * Only a program opens a capture device, so the cases have the runner start
 * one ("KPI RUN", test/lib/kpi.py) that sends back the frame it got.
 */
#include "fake.h"

#define FRAME_LEN	40

static bpf_tap_mode tap_modes[4];
static volatile int taps, sends;
static u_int32_t tap_dlt, send_dlt;
static char sent[FRAME_LEN];

static errno_t
own_tap(ifnet_t ifp, u_int32_t dlt, bpf_tap_mode mode)
{
	tap_dlt = dlt;
	tap_modes[taps % 4] = mode;
	taps++;
	return (0);
}

static errno_t
own_send(ifnet_t ifp, u_int32_t dlt, mbuf_t m)
{
	send_dlt = dlt;
	KPI_EXPECT(mbuf_pkthdr_len(m) == FRAME_LEN);
	KPI_EXPECT(mbuf_copydata(m, 0, FRAME_LEN, sent) == 0);
	mbuf_freem(m);
	sends++;
	return (0);
}

/* Waits half a minute: a program has to be started. */
static int
comes(volatile int *p, int value)
{
	for (int i = 0; i < 6000 && *p < value; i++)
		nap();
	return (*p == value);
}

static mbuf_t
frame(struct fake *f)
{
	mbuf_t m = fake_packet(FRAME_LEN);

	memset(mbuf_data(m), 'q', FRAME_LEN);
	mbuf_pkthdr_setrcvif(m, f->ifp);
	return (m);
}

static int
came_back(void)
{
	for (int i = 0; i < FRAME_LEN; i++)
		if (sent[i] != 'q')
			return (0);
	return (1);
}

static errno_t
tap_old_in(ifnet_t ifp, mbuf_t m)
{
	bpf_mtap(ifp, m);
	return (0);
}

static errno_t
tap_old_memory(ifnet_t ifp, mbuf_t m)
{
	bpf_tap(ifp, mbuf_data(m), (u_int)mbuf_len(m));
	return (0);
}

/*
 * Shows the listener frames until something has happened: the program sets up
 * its device in steps, and one step may empty the buffer.
 */
static int
show_until(struct fake *f, u_int32_t dlt, volatile int *p, int value)
{
	for (int i = 0; i < 600 && *p < value; i++) {
		mbuf_t m = frame(f);

		if (dlt == DLT_NULL && f->tap != NULL)
			KPI_EXPECT(f->tap(f->ifp, m) == 0);
		else
			bpf_tap_in(f->ifp, dlt, m, NULL, 0);
		KPI_EXPECT(mbuf_pkthdr_len(m) == FRAME_LEN);
		mbuf_freem(m);
		for (int j = 0; j < 10; j++)
			nap();
	}
	return (*p == value);
}

/* With the callbacks of bpf_attach(); DLT_RAW is the second type here. */
static void
second_type(struct fake *f)
{
	taps = sends = 0;
	memset(sent, 0, sizeof(sent));
	KPI_REQUIRE(fake_up(f, 7) == 0);
	ifnet_set_flags(f->ifp, IFF_UP, IFF_UP);
	KPI_REQUIRE(bpf_attach(f->ifp, DLT_NULL, 4, NULL, NULL) == 0);
	KPI_REQUIRE(bpf_attach(f->ifp, DLT_RAW, 0, own_send, own_tap) == 0);
	printf("KPI RUN /test/mirror fk7 %u\n", DLT_RAW);
	KPI_REQUIRE(comes(&taps, 1));
	KPI_EXPECT(tap_dlt == DLT_RAW && tap_modes[0] == BPF_MODE_INPUT_OUTPUT);
	KPI_EXPECT(show_until(f, DLT_RAW, &sends, 1));
	KPI_EXPECT(comes(&taps, 2));
}

KPI_TEST(bpf_tap_func)
{
	struct fake f;

	second_type(&f);
	KPI_EXPECT(tap_dlt == DLT_RAW && tap_modes[1] == BPF_MODE_DISABLED);
	fake_down(&f);
}

KPI_TEST(bpf_send_func)
{
	struct fake f;

	second_type(&f);
	KPI_EXPECT(send_dlt == DLT_RAW && came_back() && f.outputs == 0);
	fake_down(&f);
}

/*
 * The classic way: the driver gets a function and calls it for each packet.
 * What the program writes goes out whole, without a function for that.
 */
static void
first_type(struct fake *f)
{
	KPI_REQUIRE(fake_up(f, 7) == 0);
	ifnet_set_flags(f->ifp, IFF_UP, IFF_UP);
	bpfattach(f->ifp, DLT_NULL, 4);
	KPI_EXPECT(f->tap_mode == BPF_MODE_DISABLED && f->tap == NULL);
	printf("KPI RUN /test/mirror fk7 %u\n", DLT_NULL);
	KPI_REQUIRE(comes((volatile int *)&f->tap_mode,
	    BPF_MODE_INPUT_OUTPUT));
	KPI_EXPECT(f->tap != NULL);
}

KPI_TEST(bpf_packet_func)
{
	struct fake f;

	first_type(&f);
	KPI_EXPECT(show_until(&f, DLT_NULL, &f.outputs, 1));
	KPI_EXPECT(becomes((volatile int *)&f.tap_mode, BPF_MODE_DISABLED));
	fake_down(&f);
}

KPI_TEST(ifnet_set_bpf_tap)
{
	struct fake f;

	first_type(&f);
	KPI_EXPECT(show_until(&f, DLT_NULL, &f.outputs, 1));
	KPI_EXPECT(becomes((volatile int *)&f.tap_mode, BPF_MODE_DISABLED));
	KPI_EXPECT(f.tap == NULL);
	fake_down(&f);
}

/* The calls of 10.4: a frame that came in, and one in a piece of memory. */
KPI_TEST(bpf_mtap)
{
	struct fake f;

	first_type(&f);
	f.tap = tap_old_in;
	KPI_EXPECT(show_until(&f, DLT_NULL, &f.outputs, 1));
	KPI_EXPECT(becomes((volatile int *)&f.tap_mode, BPF_MODE_DISABLED));
	fake_down(&f);
}

KPI_TEST(bpf_tap)
{
	struct fake f;

	first_type(&f);
	f.tap = tap_old_memory;
	KPI_EXPECT(show_until(&f, DLT_NULL, &f.outputs, 1));
	KPI_EXPECT(becomes((volatile int *)&f.tap_mode, BPF_MODE_DISABLED));
	fake_down(&f);
}
