/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The filter machine against a second evaluator that is written the plainest
 * way: a flat copy of the packet, 64-bit arithmetic, one step an instruction.
 * Random programs, of which the validator lets some through, run on random
 * packets cut into random mbufs.
 */
#include <libkern/libkern.h>

#include "net/dlil/bpfvar.h"
#include "net/mbuf/mbuf.h"
#include "test/unit/lib/unit.h"

#define PKT_MAX	256

static uint64_t
ref_load(const uint8_t *p, size_t len, uint64_t off, unsigned n, bool *ok)
{
	uint64_t v = 0;

	if (off + n > len) {
		*ok = false;
		return (0);
	}
	for (unsigned i = 0; i < n; i++)
		v = v << 8 | p[off + i];
	return (v);
}

static uint32_t
ref_run(const struct bpf_insn *prog, const uint8_t *pkt, size_t len)
{
	uint64_t a = 0, x = 0, mem[16] = { 0 }, v;
	bool ok = true;

	for (size_t pc = 0; ok; pc++) {
		const struct bpf_insn i = prog[pc];
		unsigned class = i.code & 7, size = i.code & 0x18;
		unsigned n = size == 0x10 ? 1 : size == 0x08 ? 2 : 4;
		uint64_t src = (i.code & 8) ? x : i.k;

		if (class == 0 || class == 1) {
			switch (i.code & 0xe0) {
			case 0x00: v = i.k; break;
			case 0x20: v = ref_load(pkt, len, i.k, n, &ok); break;
			case 0x40: v = ref_load(pkt, len, x + i.k, n, &ok); break;
			case 0x60: v = mem[i.k]; break;
			case 0x80: v = len; break;
			default:
				v = (ref_load(pkt, len, i.k, 1, &ok) & 15) * 4;
			}
			if (class == 0)
				a = v;
			else
				x = v;
		} else if (class == 2) {
			mem[i.k] = a;
		} else if (class == 3) {
			mem[i.k] = x;
		} else if (class == 4) {
			switch (i.code & 0xf0) {
			case 0x00: a += src; break;
			case 0x10: a -= src; break;
			case 0x20: a *= src; break;
			case 0x30: ok = src != 0; a = ok ? a / src : 0; break;
			case 0x40: a |= src; break;
			case 0x50: a &= src; break;
			case 0x60: a = src < 32 ? a << src : 0; break;
			case 0x70: a = src < 32 ? a >> src : 0; break;
			case 0x80: a = 0 - a; break;
			case 0x90: ok = src != 0; a = ok ? a % src : 0; break;
			case 0xa0: a ^= src; break;
			}
			a &= 0xffffffffu;
		} else if (class == 5) {
			bool t;
			switch (i.code & 0xf0) {
			case 0x00: pc += i.k; continue;
			case 0x10: t = a == src; break;
			case 0x20: t = a > src; break;
			case 0x30: t = a >= src; break;
			default: t = (a & src) != 0; break;
			}
			pc += t ? i.jt : i.jf;
		} else if (class == 6) {
			return ((uint32_t)((i.code & 0x18) == 0x10 ? a : i.k));
		} else if ((i.code & 0xf8) == 0x80) {
			a = x;
		} else {
			x = a;
		}
	}
	return (0);
}

/* A packet in mbufs of random sizes, part of it as a separate header. */
static mbuf_t
cut(const uint8_t *bytes, size_t len, size_t hdrlen, struct bpf_packet *pkt)
{
	mbuf_t head = NULL, *tail = &head;
	size_t at = hdrlen;

	do {
		size_t n = unit_random() % 40;
		if (n > len - at)
			n = len - at;
		mbuf_t m = m_get(MBUF_WAITOK, MBUF_TYPE_DATA);
		memcpy(m->m_data, bytes + at, n);
		m->m_len = (uint16_t)n;
		*tail = m;
		tail = &m->m_next;
		at += n;
	} while (at < len);
	*pkt = (struct bpf_packet){
		.bp_hdr = bytes, .bp_hdrlen = hdrlen, .bp_mbuf = head,
		.bp_data = (const uint8_t *)head->m_data,
		.bp_datalen = head->m_len, .bp_len = len,
	};
	return (head);
}

static struct bpf_insn
random_insn(unsigned left)
{
	static const uint16_t codes[] = {
		0x00, 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0x60, 0x80, 0x01,
		0x61, 0x81, 0xb1, 0x02, 0x03, 0x04, 0x0c, 0x14, 0x1c, 0x24,
		0x2c, 0x34, 0x3c, 0x44, 0x4c, 0x54, 0x5c, 0x64, 0x6c, 0x74,
		0x7c, 0x84, 0x94, 0x9c, 0xa4, 0xac, 0x05, 0x15, 0x1d, 0x25,
		0x2d, 0x35, 0x3d, 0x45, 0x4d, 0x06, 0x16, 0x07, 0x87,
	};
	struct bpf_insn i = {
		.code = codes[unit_random() % (sizeof(codes) / sizeof(codes[0]))]
	};

	if ((i.code & 7) == BPF_RET && unit_random() % 4 != 0)
		i.code = BPF_LD | BPF_B | BPF_ABS;
	i.k = unit_random() % 8 == 0 ? unit_random() : unit_random() % 64;
	if ((i.code & 7) == BPF_JMP) {
		i.k = unit_random() % (left + 1);
		i.jt = (u_char)(unit_random() % (left + 1));
		i.jf = (u_char)(unit_random() % (left + 1));
	}
	if ((i.code & 7) == BPF_ST || (i.code & 7) == BPF_STX ||
	    (i.code & 0xe7) == 0x60 || (i.code & 0xe7) == 0x61)
		i.k %= 17;
	return (i);
}

UNIT_TEST(machine_against_reference)
{
	unsigned run = 0, nonzero = 0;

	mbuf_init(8u << 20);
	for (unsigned round = 0; round < 60000; round++) {
		struct bpf_insn prog[24];
		uint8_t bytes[PKT_MAX];
		struct bpf_packet pkt;
		unsigned n = 2 + unit_random() % 20;
		size_t len = unit_random() % PKT_MAX;

		for (unsigned i = 0; i + 1 < n; i++)
			prog[i] = random_insn(n - i - 2);
		prog[n - 1] = (struct bpf_insn)BPF_STMT(BPF_RET | BPF_A, 0);
		if (!bpf_validate(prog, n))
			continue;
		for (size_t i = 0; i < len; i++)
			bytes[i] = (uint8_t)unit_random();
		size_t hdrlen = unit_random() % 20;
		mbuf_t m = cut(bytes, len, hdrlen < len ? hdrlen : 0, &pkt);
		uint32_t want = ref_run(prog, bytes, len);
		CHECK_EQ(bpf_run(prog, &pkt), want);
		m_freem(m);
		run++;
		nonzero += want != 0;
	}
	unit_note("%u programs run, %u accepted their packet\n", run, nonzero);
	CHECK(run > 10000 && nonzero > 1000);
}

UNIT_TEST(validator_refuses)
{
	static const struct {
		const char *what;
		struct bpf_insn insn[2];
		unsigned n;
	} bad[] = {
		{ "empty", { BPF_STMT(BPF_RET | BPF_K, 0) }, 0 },
		{ "no return", { BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0) }, 1 },
		{ "jump out", { BPF_JUMP(BPF_JMP | BPF_JEQ, 0, 1, 0),
		    BPF_STMT(BPF_RET | BPF_K, 0) }, 2 },
		{ "ja out", { BPF_STMT(BPF_JMP | BPF_JA, 1),
		    BPF_STMT(BPF_RET | BPF_K, 0) }, 2 },
		{ "ja far", { BPF_STMT(BPF_JMP | BPF_JA, 0xffffffff),
		    BPF_STMT(BPF_RET | BPF_K, 0) }, 2 },
		{ "scratch", { BPF_STMT(BPF_ST, BPF_MEMWORDS),
		    BPF_STMT(BPF_RET | BPF_K, 0) }, 2 },
		{ "scratch load", { BPF_STMT(BPF_LD | BPF_MEM, 16),
		    BPF_STMT(BPF_RET | BPF_K, 0) }, 2 },
		{ "div 0", { BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0),
		    BPF_STMT(BPF_RET | BPF_K, 0) }, 2 },
		{ "opcode", { BPF_STMT(0xffff, 0),
		    BPF_STMT(BPF_RET | BPF_K, 0) }, 2 },
		{ "ret x", { BPF_STMT(BPF_RET | BPF_X, 0) }, 1 },
	};

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (bpf_validate(bad[i].insn, bad[i].n))
			unit_note("accepted: %s\n", bad[i].what);
		CHECK(!bpf_validate(bad[i].insn, bad[i].n));
	}
	struct bpf_insn long_prog[BPF_MAXINSNS + 1];
	for (unsigned i = 0; i <= BPF_MAXINSNS; i++)
		long_prog[i] = (struct bpf_insn)BPF_STMT(BPF_RET | BPF_K, 1);
	CHECK(bpf_validate(long_prog, BPF_MAXINSNS));
	CHECK(!bpf_validate(long_prog, BPF_MAXINSNS + 1));
}

UNIT_TEST(validator_survives_noise)
{
	for (unsigned round = 0; round < 100000; round++) {
		struct bpf_insn prog[8];
		uint8_t bytes[32] = { 0 };
		uint8_t *p = (uint8_t *)prog;
		for (size_t i = 0; i < sizeof(prog); i++)
			p[i] = (uint8_t)(unit_random() >> 8) &
			    (unit_random() % 3 == 0 ? 0xff : 0x07);
		if (!bpf_validate(prog, 8))
			continue;
		struct bpf_packet pkt = { .bp_data = bytes,
			.bp_datalen = sizeof(bytes), .bp_len = sizeof(bytes) };
		(void)bpf_run(prog, &pkt);
	}
}
